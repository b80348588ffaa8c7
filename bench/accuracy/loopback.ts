import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { irttMedians, type Load, type Medians, netprobeMedians, sockperfMedians } from './loopback-tools.ts';
import { median, quantile } from './quantile.ts';

// netprobe's medians on the loopback interface beside those of irtt (UDP) and sockperf (TCP): docs/accuracy.md.

interface Bar {
  name: string;
  other: string;
  ours: (load: Load) => Promise<Medians>;
  theirs: (load: Load) => Promise<Medians>;
  /** Ours ÷ theirs may be so much. */
  ratio: number;
}

const BARS: readonly Bar[] = [
  { name: 'udp-echo', other: 'irtt', ours: (load) => netprobeMedians('udp-echo', load), theirs: irttMedians, ratio: 1 },
  {
    name: 'tcp-echo',
    other: 'sockperf',
    ours: (load) => netprobeMedians('tcp-echo', load),
    theirs: sockperfMedians,
    ratio: 1.15,
  },
];

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '7' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string' },
    'no-pin': { type: 'boolean', default: false },
  },
});
const pin = (core: number) => (values['no-pin'] ? null : core);
const load = { nearCore: pin(0), farCore: pin(1), rate: Number(values.rate), seconds: Number(values.seconds) };
process.stdout.write(
  `${load.rate}/s of 64 B for ${load.seconds} s, ${values['no-pin'] ? 'not pinned' : 'cores 0 and 1'}\n`,
);
for (const bar of BARS) {
  if (values.only !== undefined && values.only !== bar.name) continue;
  try {
    await comparePairs(bar, Number(values.pairs));
  } catch (error) {
    process.stderr.write(`${bar.name}: not compared (apt-get install irtt sockperf?): ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

async function comparePairs({ name, other, ours, theirs, ratio }: Bar, pairs: number): Promise<void> {
  const found: { ours: Medians; theirs: Medians }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Each goes first in turn.
    const first = pair % 2 === 0 ? await ours(load) : await theirs(load);
    const second = pair % 2 === 0 ? await theirs(load) : await ours(load);
    const both = pair % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first };
    found.push(both);
    const words = `${us(both.ours)}, ${other} ${us(both.theirs)}; ${both.ours.instrument}; load ${loadavg()[0]}`;
    process.stdout.write(`${name} pair ${pair + 1}: ${words}\n`);
  }
  for (const figure of ['rtt', 'raw'] as const) {
    const ratios = found.map((each) => each.ours[figure] / each.theirs[figure]);
    const [mine, its] = [
      median(found.map((each) => each.ours[figure])),
      median(found.map((each) => each.theirs[figure])),
    ];
    const spread = `${quantile(ratios, 0).toFixed(2)} to ${quantile(ratios, 1).toFixed(2)}`;
    const met = figure === 'raw' ? '' : median(ratios) <= ratio ? `, bar ${ratio} met` : `, bar ${ratio} MISSED`;
    process.stdout.write(
      `${name} ${figure} p50: ${mine.toFixed(1)} µs, ${other} ${its.toFixed(1)} µs, ratio ${median(ratios).toFixed(2)} (${spread})${met}\n`,
    );
    if (figure === 'rtt' && median(ratios) > ratio) process.exitCode = 1;
  }
}

function us({ rtt, raw }: Medians): string {
  return `p50 ${rtt.toFixed(1)} µs (raw ${raw.toFixed(1)})`;
}
