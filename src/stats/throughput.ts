import type { Counts, Estimate, Reduced } from '../contract/estimate.ts';
import {
  type Direction,
  FLOWS,
  type Flow,
  type GOODPUT_METRICS,
  type INTERVAL_COLUMNS,
  INTERVAL_NS,
  phasesOf,
} from '../contract/intervals.ts';
import type { Ns, SeatRecords } from '../contract/records.ts';
import { dnsMs, scalarFact } from './facts.ts';

type Rows = Record<keyof typeof INTERVAL_COLUMNS, Float64Array>;
type Seats = readonly SeatRecords<{ interval: typeof INTERVAL_COLUMNS }>[];

interface Interval {
  start: Ns;
  end: Ns;
  bytes: number;
}

/** Reduces a throughput cell: rates from the intervals that each flow's receiver recorded, and both ends' counts. */
export function reduceThroughput(
  plan: { direction: Direction; duration: Ns; warmup: Ns },
  seats: Seats,
): Reduced<keyof typeof GOODPUT_METRICS | 'dns_ms'> {
  const flows = phasesOf(plan.direction).flat();
  const near = recordsOf(seats, 0)?.facts ?? [];
  const counts: Counts = { planned: 0, sent: 0, received: 0, lost: 0, failed: 0, skipped: 0, omitted: 0 };
  const goodput = {} as Record<Flow, Estimate>;
  for (const flow of FLOWS) {
    if (!flows.includes(flow)) {
      goodput[flow] = { is: 'missing', why: `direction ${plan.direction} has no such flow` };
      continue;
    }
    const rows = recordsOf(seats, receiverOf(flow))?.rows.interval;
    const all = rows ? intervalsOf(rows, flow) : [];
    const measured = measuredOf(all, plan);
    const doubt = doubtOf(flow, all, near);
    if (doubt === undefined) goodput[flow] = rates(measured);
    else goodput[flow] = { is: 'missing', why: doubt, ...(receiverOf(flow) === FAR ? { withheld: true } : {}) };
    counts.planned += measured.length + uncovered(measured, plan.duration);
    counts.received += measured.length;
    counts.omitted += all.length - measured.length;
  }
  counts.sent = counts.received;
  counts.skipped = counts.planned - counts.sent;
  const bytes = (seat: number, fact: string) =>
    scalarFact(recordsOf(seats, seat)?.facts ?? [], fact, 1, 'that end recorded no count');
  return {
    counts,
    sendLateness: { is: 'missing', why: 'throughput has no schedule' },
    ...busyRatio(near),
    metrics: {
      goodput_fwd_bps: goodput.fwd,
      goodput_rev_bps: goodput.rev,
      sent_fwd_bytes: bytes(0, 'sent_fwd_bytes'),
      received_fwd_bytes: bytes(receiverOf('fwd'), 'received_fwd_bytes'),
      sent_rev_bytes: bytes(1, 'sent_rev_bytes'),
      received_rev_bytes: bytes(receiverOf('rev'), 'received_rev_bytes'),
      dns_ms: dnsMs(near),
    },
  };
}

/** Of the near end only: what the far end says of itself could excuse it. */
function busyRatio(facts: Seats[number]['facts']): { busyRatio?: number } {
  const shares = facts.filter(({ name }) => name === 'busy_ratio').map(({ value }) => Number(value));
  return shares.length === 0 ? {} : { busyRatio: Math.max(...shares) };
}

const FAR = 1;

/** The seat that receives, and so counts, a flow. */
function receiverOf(flow: Flow): number {
  return flow === 'fwd' ? FAR : 0;
}

function recordsOf(seats: Seats, seat: number): Seats[number] | undefined {
  return seats.find((records) => records.seat === seat);
}

/**
 * The intervals that count: those that begin after the warm-up, but for a last one that was cut off. Told from the times
 * alone: the receiver's own mark is not relied on, since it may belong to the judged side.
 */
function measuredOf(all: Interval[], { warmup, duration }: { warmup: Ns; duration: Ns }): Interval[] {
  const first = all[0]?.start ?? 0;
  const last = all.at(-1);
  return all.filter(
    (interval) => interval.start >= first + warmup && (interval !== last || interval.end >= first + warmup + duration),
  );
}

/** How many intervals' worth of the duration was not measured. A held-up loop makes fewer, longer ones: that is all of it. */
function uncovered(measured: Interval[], duration: Ns): number {
  const covered = measured.reduce((sum, { start, end }) => sum + (end - start), 0);
  return Math.max(0, Math.floor((duration - covered) / INTERVAL_NS));
}

/** Why a flow's intervals cannot be believed; undefined when they can. What arrives was sent, and time has no holes. */
function doubtOf(flow: Flow, all: Interval[], near: Seats[number]['facts']): string | undefined {
  if (all.some(({ start }, i) => i > 0 && start !== all[i - 1]?.end))
    return 'the recorded intervals have gaps or overlap';
  const sent = flow === 'fwd' ? near.findLast(({ name }) => name === 'sent_fwd_bytes')?.value : undefined;
  const received = all.reduce((sum, { bytes }) => sum + bytes, 0);
  if (typeof sent !== 'number' || received <= sent) return undefined;
  return `the far end says that it received ${received} bytes, more than the ${sent} that this side sent`;
}

/** Streams' rows of the same interval summed, in the order of time: they share its start. */
function intervalsOf(rows: Rows, flow: Flow): Interval[] {
  const byStart = new Map<Ns, Interval>();
  for (let i = 0; i < rows.flow.length; i += 1) {
    if (FLOWS[rows.flow[i] as number] !== flow) continue;
    const start = rows.start[i] as Ns;
    const interval = byStart.get(start) ?? { start, end: rows.end[i] as Ns, bytes: 0 };
    interval.bytes += rows.bytes[i] as number;
    byStart.set(start, interval);
  }
  return [...byStart.values()].filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
}

function rates(intervals: Interval[]): Estimate {
  if (intervals.length === 0) return { is: 'missing', why: 'no interval after warm-up was measured' };
  return {
    is: 'sample',
    values: Float64Array.from(intervals, ({ start, end, bytes }) => (bytes * 8 * 1e9) / (end - start)),
    at: Float64Array.from(intervals, ({ end }) => end),
  };
}
