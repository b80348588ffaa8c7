import * as v from 'valibot';
import type { Counts, Estimate } from '../../src/contract/estimate.ts';
import type { AnyKind, ProbeKind, Registry } from '../../src/contract/kind.ts';
import { defineOptions } from '../../src/contract/options.ts';
import { outcomeOf } from '../../src/contract/outcome.ts';
import type { SeatRecords } from '../../src/contract/records.ts';
import { secret } from '../../src/contract/secret.ts';
import { wholeNumber } from '../../src/contract/units.ts';

// Two kinds that measure nothing, for tests of everything after measuring: a delay and a two-way throughput.

const NS_PER_MS = 1e6;

const echoOptions = v.strictObject({
  count: v.optional(wholeNumber(1, 10_000_000), 100),
  token: v.optional(secret()),
});
const echoTables = {
  echo: { seq: 'uint', intended: 'ns', sent: 'ns', received: 'ns', outcome: 'code' },
} as const;

type EchoRows = SeatRecords<typeof echoTables>['rows']['echo'];

function echoCounts(outcomes: Float64Array, planned: number): Counts {
  const names = Array.from(outcomes, (code) => outcomeOf(code));
  const received = names.filter((name) => name === 'received').length;
  const lost = names.filter((name) => name === 'timeout').length;
  const skipped = planned - names.filter((name) => name !== 'skipped').length;
  const sent = planned - skipped;
  return { planned, sent, received, lost, failed: sent - received - lost, skipped, omitted: 0 };
}

function roundTrips({ sent, received }: EchoRows): Estimate {
  const values = received.map((at, i) =>
    Number.isNaN(at) ? Number.POSITIVE_INFINITY : (at - (sent[i] ?? 0)) / NS_PER_MS,
  );
  return { is: 'sample', values, at: sent };
}

function lateness({ sent, intended }: EchoRows): Estimate {
  if (sent.length === 0) return { is: 'missing', why: 'nothing was sent' };
  return { is: 'sample', values: sent.map((at, i) => (at - (intended[i] ?? 0)) / NS_PER_MS), at: intended };
}

function never(): Promise<never> {
  return Promise.reject(new Error('a fake kind measures nothing'));
}

export const fakeEcho: ProbeKind<
  v.InferOutput<typeof echoOptions>,
  typeof echoTables,
  'rtt_ms' | 'last_ms' | 'failure_ratio'
> = {
  name: 'fake-echo',
  doc: 'Echoes that were made up.',
  sites: 'pair',
  targets: [],
  options: defineOptions(echoOptions),
  secrets: ['token'],
  tables: echoTables,
  metrics: {
    rtt_ms: { unit: 'ms', better: 'lower', form: 'sample', doc: 'Round-trip time.', ref: 'RFC 2681' },
    last_ms: { unit: 'ms', better: 'lower', form: 'scalar', doc: 'The last round-trip time.' },
    failure_ratio: { unit: 'ratio', better: 'lower', form: 'ratio', doc: 'Requests without an answer, of those sent.' },
  },
  headline: ['rtt_ms', 'failure_ratio', 'last_ms'],
  cost: () => [],
  roles: { initiator: never, responder: never },
  reduce: async () => ({
    reduce: (options, seats) => {
      const seat = seats.find((each) => each.role === 'initiator');
      if (seat === undefined) throw new Error('no initiator');
      const rows = seat.rows.echo;
      const counts = echoCounts(rows.outcome, options.count);
      const rtt = roundTrips(rows) as Extract<Estimate, { is: 'sample' }>;
      const last = rtt.values.findLast((value) => value !== Number.POSITIVE_INFINITY);
      return {
        counts,
        metrics: {
          rtt_ms: rtt,
          last_ms: last === undefined ? { is: 'missing', why: 'nothing was received' } : { is: 'scalar', value: last },
          failure_ratio:
            counts.sent === 0
              ? { is: 'missing', why: 'nothing was sent' }
              : { is: 'ratio', hits: counts.lost + counts.failed, of: counts.sent },
        },
        sendLateness: lateness(rows),
      };
    },
  }),
};

const flowOptions = v.strictObject({ intervals: v.optional(wholeNumber(1, 1_000_000), 40) });
const flowTables = { interval: { at: 'ns', bytes: 'uint', omitted: 'code' } } as const;
const INTERVAL_S = 0.1;

function goodput(seats: SeatRecords<typeof flowTables>[], role: string): Estimate {
  const seat = seats.find((each) => each.role === role);
  if (seat === undefined) return { is: 'missing', why: 'the receiver left no records' };
  const { at, bytes, omitted } = seat.rows.interval;
  const counted = Array.from(at.keys()).filter((i) => omitted[i] === 0);
  return {
    is: 'sample',
    values: Float64Array.from(counted, (i) => ((bytes[i] as number) * 8) / INTERVAL_S),
    at: Float64Array.from(counted, (i) => at[i] as number),
  };
}

export const fakeFlow: ProbeKind<
  v.InferOutput<typeof flowOptions>,
  typeof flowTables,
  'goodput_fwd_bps' | 'goodput_rev_bps'
> = {
  name: 'fake-flow',
  doc: 'Throughput that was made up, counted at both receivers.',
  sites: 'pair',
  targets: [],
  options: defineOptions(flowOptions),
  tables: flowTables,
  metrics: {
    goodput_fwd_bps: {
      unit: 'bit/s',
      better: 'higher',
      form: 'sample',
      doc: 'From → to, at the receiver.',
      series: true,
    },
    goodput_rev_bps: {
      unit: 'bit/s',
      better: 'higher',
      form: 'sample',
      doc: 'To → from, at the receiver.',
      series: true,
    },
  },
  headline: ['goodput_fwd_bps', 'goodput_rev_bps'],
  cost: () => [],
  roles: { initiator: never, responder: never },
  reduce: async () => ({
    reduce: (options, seats) => {
      const omitted = seats
        .flatMap((seat) => Array.from(seat.rows.interval.omitted))
        .filter((flag) => flag === 1).length;
      const received = seats.reduce((sum, seat) => sum + seat.rows.interval.at.length, 0);
      const planned = options.intervals * 2;
      return {
        counts: { planned, sent: received, received, lost: 0, failed: 0, skipped: planned - received, omitted },
        metrics: { goodput_fwd_bps: goodput(seats, 'responder'), goodput_rev_bps: goodput(seats, 'initiator') },
        sendLateness: { is: 'missing', why: 'throughput follows no schedule' },
      };
    },
  }),
};

export const fakeRegistry: Registry = new Map<string, AnyKind>([
  [fakeEcho.name, fakeEcho],
  [fakeFlow.name, fakeFlow],
]);
