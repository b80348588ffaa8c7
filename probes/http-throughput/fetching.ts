import { NetprobeError } from '../../src/contract/error.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import { failureFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { STALL_NS } from '../../src/contract/throughput-options.ts';
import { aborted } from '../../src/measure/aborted.ts';
import { watchBusy } from '../../src/measure/busy.ts';
import type { HttpServer } from '../../src/measure/http-server.ts';
import { IntervalMeter } from '../../src/measure/interval-meter.ts';
import { phaseNs } from '../../src/measure/throughput-session.ts';
import { Fetcher } from './fetcher.ts';
import type { httpThroughput } from './index.ts';
import type { HttpThroughputOptions } from './options.ts';

type Io = ProbeIo<typeof httpThroughput.tables>;

/** Downloads a URL over several connections, again and again, until warm-up and duration have been counted. */
export async function fetchAgainAndAgain(
  server: HttpServer,
  options: HttpThroughputOptions,
  openTimeoutNs: Ns,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const { now } = io.clock;
  const { connections, warmup: warmupNs, duration: durationNs } = options;
  const plan = { flow: 'rev' as const, streams: connections, warmupNs, durationNs };
  const meter = new IntervalMeter(io.table('interval'), plan, now);
  let received = 0;
  let busy: (() => number) | undefined;
  const count = (stream: number) => (bytes: number) => {
    const at = now();
    received += bytes;
    meter.add(stream, bytes, at);
  };
  const fetchers = Array.from({ length: connections }, (_, i) => new Fetcher(server, openTimeoutNs, count(i)));
  try {
    await Promise.race([aborted(signal), Promise.all(fetchers.map((fetcher) => fetcher.open()))]);
    busy = watchBusy();
    await until(meter, fetchers, deadlineOf(server, phaseNs(options) + STALL_NS), io, signal);
  } catch (error) {
    const failure = failureFrom(error, server.site);
    if (received === 0 || failure.code === 'NETPROBE_HTTP_STATUS' || signal.aborted) throw failure;
    io.trouble(failure);
  } finally {
    meter.cutOff(now());
    for (const fetcher of fetchers) fetcher.end();
    if (busy) io.fact('busy_ratio', busy());
    io.fact('received_rev_bytes', received);
    io.fact('fetches', summary(fetchers));
  }
}

/** Fetches until the meter is done. One connection that fails makes the cell partial, unless it is by the status. */
async function until(
  meter: IntervalMeter,
  fetchers: Fetcher[],
  deadline: { passed: Promise<never>; end(): void },
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const ends = fetchers.map((fetcher) => fetcher.run());
  const failed = new Promise<never>((_, reject) => {
    for (const end of ends)
      void end.then((why) => {
        if (why?.code === 'NETPROBE_HTTP_STATUS') reject(why);
        else if (why) io.trouble(why);
      });
    void Promise.all(ends).then(([why]) => why && reject(why));
  });
  try {
    await Promise.race([meter.done, failed, aborted(signal), deadline.passed]);
  } finally {
    deadline.end();
  }
}

function deadlineOf({ site }: HttpServer, afterNs: Ns) {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    const late = () => reject(new NetprobeError('NETPROBE_TIMEOUT', `${site} sent nothing, or stopped sending`));
    timer = setTimeout(late, afterNs / 1e6);
  });
  return { passed, end: () => clearTimeout(timer) };
}

/** How much of the figure is fetching again: a small object measures the server's pauses as much as the path. */
function summary(fetchers: readonly Fetcher[]) {
  const sizes = fetchers.flatMap(({ fetched }) => (fetched.count > 0 ? [fetched] : []));
  return {
    completed: sizes.reduce((sum, { count }) => sum + count, 0),
    smallest_bytes: sizes.length === 0 ? null : Math.min(...sizes.map(({ smallest }) => smallest)),
    largest_bytes: sizes.length === 0 ? null : Math.max(...sizes.map(({ largest }) => largest)),
    connections: fetchers.reduce((sum, { opened }) => sum + opened, 0),
  };
}
