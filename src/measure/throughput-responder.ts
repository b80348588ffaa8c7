import type { Assignment } from '../contract/assignment.ts';
import { type Flow, type INTERVAL_COLUMNS, phasesOf } from '../contract/intervals.ts';
import type { ProbeIo } from '../contract/io.ts';
import { IntervalMeter } from './interval-meter.ts';
import type { Pipe } from './pipe.ts';
import { type FlowBytes, placeOf, readMessage, type ThroughputOptions } from './throughput-session.ts';

type Io = ProbeIo<{ interval: typeof INTERVAL_COLUMNS }>;

interface Phase {
  flows: Flow[];
  pipes: Pipe[];
  meter: IntervalMeter | undefined;
  going: boolean;
  ended: number;
}

/**
 * The far end of a throughput cell. `accept` gets each of the session's streams, in any order; `finished` resolves
 * when the near end has finished; this end's counts are written however it ends.
 */
export function serveThroughput({ options }: Assignment<ThroughputOptions>, io: Io) {
  const bytes: FlowBytes = { fwd: 0, rev: 0 };
  const phases = phasesOf(options.direction).map((flows) => phaseOf(flows, options, io));

  const accept = (stream: number, pipe: Pipe) => {
    const { phase: number, index } = placeOf(stream, options.streams);
    const phase = phases[number];
    if (phase === undefined || phase.pipes.includes(pipe)) {
      pipe.destroy();
      return;
    }
    phase.pipes.push(pipe);
    const { meter } = phase;
    if (meter)
      pipe.receive((count, at) => {
        bytes.fwd += count;
        meter.add(index, count, at);
      });
    if (phase.going) pipe.send();
    void pipe.ended.then(() => {
      phase.ended += 1;
      if (phase.flows.includes('rev')) bytes.rev += pipe.sent();
      // With its last stream gone, a count that has not reached its end will not do so any more.
      if (phase.ended === options.streams) meter?.cutOff(io.clock.now());
    });
    void meter?.done.then(() => phase.pipes.length > 0 && tellOnce(number));
  };

  const told = new Set<number>();
  const tellOnce = (phase: number) => {
    if (told.has(phase)) return;
    told.add(phase);
    io.tell(0, { say: 'metered', phase });
  };

  const listen = async () => {
    for await (const message of io.heard(0)) {
      const read = readMessage(message);
      const phase = read === undefined ? undefined : phases[read.phase];
      if (phase === undefined) continue;
      if (read?.say === 'go' && phase.flows.includes('rev')) go(phase);
      // In duplex the near end closes the streams, once it has heard that this end has counted, too: that goes over another
      // connection, and a stream whose end overtook it would seem to have broken off.
      if (read?.say === 'metered' && phase.meter === undefined) destroyAll(phase);
    }
  };

  const finished = async () => {
    try {
      await listen();
    } finally {
      // A count that some of its streams never came to would go on by itself.
      for (const phase of phases) phase.meter?.cutOff(io.clock.now());
      for (const phase of phases) destroyAll(phase);
      await Promise.all(phases.flatMap((phase) => phase.pipes.map((pipe) => pipe.ended)));
      if (phases.some(({ flows }) => flows.includes('fwd'))) io.fact('received_fwd_bytes', bytes.fwd);
      if (phases.some(({ flows }) => flows.includes('rev'))) io.fact('sent_rev_bytes', bytes.rev);
    }
  };

  return { accept, finished };
}

function phaseOf(flows: Flow[], options: ThroughputOptions, io: Io): Phase {
  const { streams, warmup: warmupNs, duration: durationNs } = options;
  const plan = { flow: 'fwd' as const, streams, warmupNs, durationNs };
  const meter = flows.includes('fwd') ? new IntervalMeter(io.table('interval'), plan, io.clock.now) : undefined;
  return { flows, pipes: [], meter, going: false, ended: 0 };
}

function destroyAll(phase: Phase): void {
  for (const pipe of phase.pipes) pipe.destroy();
}

function go(phase: Phase): void {
  if (phase.going) return;
  phase.going = true;
  for (const pipe of phase.pipes) pipe.send();
}
