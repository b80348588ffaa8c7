import { udpEcho } from '../../probes/udp-echo/index.ts';
import { summarise } from '../../src/stats/summary.ts';

// Ten million round trips to figures with their intervals: the time and the memory that it takes.

const COUNT = 10_000_000;
const BAR_S = 5;
const BAR_KIB = 1024 * 1024;

const values = new Float64Array(COUNT);
const at = new Float64Array(COUNT);
for (let i = 0; i < COUNT; i += 1) {
  values[i] = 20 - Math.log(1 - ((i * 7_368_787) % COUNT) / COUNT);
  at[i] = i * 1e6;
}
const began = performance.now();
const figure = summarise({ is: 'sample', values, at }, udpEcho.metrics.rtt_ms);
const tookS = (performance.now() - began) / 1000;
// KiB on Linux, whatever the system's own unit is.
const peakKib = process.resourceUsage().maxRSS;
process.stdout.write(`${JSON.stringify(figure)}\n`);
process.stdout.write(
  `${COUNT} samples in ${tookS.toFixed(2)} s (bar ${BAR_S} s), peak ${(peakKib / 1024).toFixed(0)} MiB (bar ${BAR_KIB / 1024} MiB)\n`,
);
if (tookS > BAR_S || peakKib > BAR_KIB) process.exitCode = 1;
