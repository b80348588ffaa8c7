import type { Assignment } from '../contract/assignment.ts';
import { NetprobeError } from '../contract/error.ts';
import { type Flow, type INTERVAL_COLUMNS, phasesOf } from '../contract/intervals.ts';
import type { ProbeIo } from '../contract/io.ts';
import type { Json } from '../contract/json.ts';
import { failureFrom } from '../contract/outcome.ts';
import { STALL_NS } from '../contract/throughput-options.ts';
import { watchBusy } from './busy.ts';
import { IntervalMeter } from './interval-meter.ts';
import type { Pipe } from './pipe.ts';
import { phaseNs, readMessage, type ThroughputOptions } from './throughput-session.ts';

type Io = ProbeIo<{ interval: typeof INTERVAL_COLUMNS }>;
/** Opens stream number `stream` of the session, which carries these flows. */
type OpenPipe = (stream: number, flows: Flow[]) => Promise<Pipe>;

/** The near end of a throughput cell: opens each phase's streams, sends or counts, and waits for the receivers. */
export async function driveThroughput(
  assignment: Assignment<ThroughputOptions>,
  io: Io,
  open: OpenPipe,
): Promise<void> {
  const mail = new Metered(io.heard(1));
  for (const [phase, flows] of phasesOf(assignment.options.direction).entries()) {
    try {
      await drivePhase(phase, flows, assignment, io, open, mail);
    } catch (error) {
      const failure = failureFrom(error, siteOf(assignment));
      // What the phases before measured still counts.
      if (phase === 0 || failure.code === 'NETPROBE_ABORTED') throw failure;
      io.trouble(failure);
    }
  }
}

function siteOf({ seats }: Assignment<ThroughputOptions>): string {
  return seats[1]?.site ?? 'the agent';
}

async function drivePhase(
  phase: number,
  flows: Flow[],
  assignment: Assignment<ThroughputOptions>,
  io: Io,
  open: OpenPipe,
  mail: Metered,
): Promise<void> {
  const { options } = assignment;
  const { streams } = options;
  const site = siteOf(assignment);
  const numbers = Array.from({ length: streams }, (_, i) => phase * streams + i);
  const pipes = await Promise.all(numbers.map((number) => open(number, flows)));
  const busy = watchBusy();
  const waits: Promise<unknown>[] = [];
  let received = 0;
  let meter: IntervalMeter | undefined;
  if (flows.includes('rev')) {
    const made = new IntervalMeter(
      io.table('interval'),
      { flow: 'rev', streams, warmupNs: options.warmup, durationNs: options.duration },
      io.clock.now,
    );
    meter = made;
    for (const [i, pipe] of pipes.entries())
      pipe.receive((bytes, at) => {
        received += bytes;
        made.add(i, bytes, at);
      });
    waits.push(made.done.then(() => io.tell(1, { say: 'metered', phase })));
  }
  io.tell(1, { say: 'go', phase });
  if (flows.includes('fwd')) {
    for (const pipe of pipes) pipe.send();
    waits.push(mail.until(phase));
  }
  let stall: NodeJS.Timeout | undefined;
  let over = false;
  // One stream that ends early makes the cell partial; the others go on.
  for (const pipe of pipes) void pipe.ended.then((error) => over || io.trouble(failureFrom(error, site)));
  try {
    await Promise.race([
      Promise.all(waits),
      // Also when nothing is waited for from the far end: an abort shows there first.
      mail.failed,
      Promise.all(pipes.map((pipe) => pipe.ended)).then(([error]) => {
        throw failureFrom(error, site);
      }),
      new Promise((_, reject) => {
        const late = () => reject(stalled(site));
        stall = setTimeout(late, (phaseNs(options) + STALL_NS) / 1e6);
      }),
    ]);
  } catch (error) {
    meter?.cutOff(io.clock.now());
    const failure = failureFrom(error, site);
    if (failure.code === 'NETPROBE_ABORTED') throw failure;
    io.trouble(failure);
  } finally {
    clearTimeout(stall);
    over = true;
    io.fact('busy_ratio', busy());
    if (flows.includes('fwd'))
      io.fact(
        'sent_fwd_bytes',
        pipes.reduce((sum, pipe) => sum + pipe.sent(), 0),
      );
    if (flows.includes('rev')) io.fact('received_rev_bytes', received);
    for (const pipe of pipes) pipe.destroy();
  }
}

function stalled(site: string): NetprobeError {
  return new NetprobeError(
    'NETPROBE_TIMEOUT',
    `${site}: the streams stand, but no end of the measurement was reported`,
  );
}

/** Which phases the far end has finished counting. */
class Metered {
  readonly #phases = new Set<number>();
  readonly #waiting = new Map<number, () => void>();
  /** Rejects when nothing more can be heard; never resolves. */
  readonly failed: Promise<never>;

  constructor(mail: AsyncIterable<Json>) {
    this.failed = new Promise((_, reject) => {
      void this.#read(mail).catch(reject);
    });
    this.failed.catch(() => undefined);
  }

  /** Resolves when the far end has counted this phase; does not when nothing more can be heard. */
  until(phase: number): Promise<void> {
    if (this.#phases.has(phase)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(phase, resolve);
    });
  }

  async #read(mail: AsyncIterable<Json>): Promise<void> {
    for await (const message of mail) {
      const read = readMessage(message);
      if (read?.say !== 'metered') continue;
      this.#phases.add(read.phase);
      this.#waiting.get(read.phase)?.();
    }
  }
}
