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
  plan: { direction: Direction; duration: Ns },
  seats: Seats,
): Reduced<keyof typeof GOODPUT_METRICS | 'dns_ms'> {
  const flows = phasesOf(plan.direction).flat();
  const perFlow = Math.max(1, Math.round(plan.duration / INTERVAL_NS));
  const counts: Counts = { planned: 0, sent: 0, received: 0, lost: 0, failed: 0, skipped: 0, omitted: 0 };
  const goodput = {} as Record<Flow, Estimate>;
  for (const flow of FLOWS) {
    const rows = recordsOf(seats, receiverOf(flow))?.rows.interval;
    const measured = rows ? intervalsOf(rows, flow, false) : [];
    goodput[flow] = flows.includes(flow)
      ? rates(measured)
      : { is: 'missing', why: `direction ${plan.direction} has no such flow` };
    if (!flows.includes(flow)) continue;
    // A loop that was held up makes fewer, longer intervals: what they cover is what was measured.
    counts.planned += Math.max(perFlow, measured.length);
    counts.received += measured.length;
    counts.omitted += rows ? intervalsOf(rows, flow, true).length : 0;
  }
  counts.sent = counts.received;
  counts.skipped = counts.planned - counts.sent;
  const near = recordsOf(seats, 0)?.facts ?? [];
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

/** The seat that receives, and so counts, a flow. */
function receiverOf(flow: Flow): number {
  return flow === 'fwd' ? 1 : 0;
}

function recordsOf(seats: Seats, seat: number): Seats[number] | undefined {
  return seats.find((records) => records.seat === seat);
}

/** Streams' rows of the same interval summed: they share its start. */
function intervalsOf(rows: Rows, flow: Flow, omitted: boolean): Interval[] {
  const byStart = new Map<Ns, Interval>();
  for (let i = 0; i < rows.flow.length; i += 1) {
    if (FLOWS[rows.flow[i] as number] !== flow || (rows.omitted[i] === 1) !== omitted) continue;
    const start = rows.start[i] as Ns;
    const interval = byStart.get(start) ?? { start, end: rows.end[i] as Ns, bytes: 0 };
    interval.bytes += rows.bytes[i] as number;
    byStart.set(start, interval);
  }
  return [...byStart.values()].filter(({ start, end }) => end > start);
}

function rates(intervals: Interval[]): Estimate {
  if (intervals.length === 0) return { is: 'missing', why: 'no interval after warm-up was measured' };
  return {
    is: 'sample',
    values: Float64Array.from(intervals, ({ start, end, bytes }) => (bytes * 8 * 1e9) / (end - start)),
    at: Float64Array.from(intervals, ({ end }) => end),
  };
}
