import type { ErrorJson } from '../../src/contract/error.ts';
import { outcomeCode } from '../../src/contract/outcome.ts';
import type { CloseStatus, JournalRecord, RecordKey } from '../../src/contract/records.ts';
import type { RunRecord } from '../../src/journal/run-records.ts';
import { fakeEcho, type fakeFlow } from './fake-kinds.ts';

type Rows = (number | null)[][];

const OPENED_UNIX_NS = '1794000000000000000';
const START = Date.parse('2026-11-22T16:00:00.000Z');

/** The time so many seconds into the made-up run. */
export function timeAt(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

/** Numbers that look random and are the same every time, from 0 to 1. */
export function* noise(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Whose records they are. */
export function recordKey(cell: string, seat: number, more: Partial<RecordKey> = {}): RecordKey {
  return { cell, attempt: 1, part: '', seat, shard: 0, ...more };
}

/** Rows of 100 requests a second: `rttMs` with a tail, every `loseEvery`th unanswered, sent `lateMs` late. */
export function echoRows(count: number, { rttMs = 12, loseEvery = 0, lateMs = 0.05, seed = 1 } = {}): Rows {
  const random = noise(seed);
  return Array.from({ length: count }, (_, seq) => {
    const intended = seq * 1e7;
    const sent = intended + Math.round(lateMs * 1e6 * random.next().value);
    const tail = random.next().value ** 8 * 0.4;
    const lost = loseEvery > 0 && seq % loseEvery === loseEvery - 1;
    const received = lost ? null : sent + Math.round(rttMs * 1e6 * (1 + tail));
    return [seq, intended, sent, received, outcomeCode(lost ? 'timeout' : 'received')];
  });
}

/** Rows of 100 ms intervals around so many bit/s, the first ones left out as warm-up. */
export function flowRows(intervals: number, bps: number, { warmup = 4, seed = 1 } = {}): Rows {
  const random = noise(seed);
  return Array.from({ length: intervals }, (_, i) => {
    const ramp = i < warmup ? (i + 1) / (warmup + 1) : 1 - 0.15 * random.next().value;
    return [(i + 1) * 1e8, Math.round((bps / 80) * ramp), i < warmup ? 1 : 0];
  });
}

/** One seat's whole records: open, rows in blocks of 100, a fact, close. */
export function seatRecords(
  key: RecordKey,
  kind: typeof fakeEcho | typeof fakeFlow,
  role: string,
  rows: Rows,
  end: { status: CloseStatus; error: ErrorJson | null } = { status: 'completed', error: null },
): JournalRecord[] {
  const table = kind === fakeEcho ? 'echo' : 'interval';
  const blocks = Array.from({ length: Math.ceil(rows.length / 100) }, (_, i) => i * 100);
  return [
    { ...key, is: 'open', unixNs: OPENED_UNIX_NS, kind: kind.name, role, tables: kind.tables },
    ...blocks.map((from) => ({ ...key, is: 'rows' as const, table, from, rows: rows.slice(from, from + 100) })),
    { ...key, is: 'fact', at: 5, name: 'peer', value: { address: '203.0.113.7' } },
    { ...key, is: 'close', at: rows.length * 1e7, ...end },
  ];
}

/** What the run notes of one attempt at a cell. */
export function cellNotes(
  cell: string,
  at: number,
  more: Partial<Extract<RunRecord, { is: 'cell-close' }>> = {},
): RunRecord[] {
  const attempt = more.attempt ?? 1;
  const close = { status: 'completed', error: null, address: '203.0.113.7', dnsNs: 1_234_567 } as const;
  return [
    { is: 'cell-open', cell, attempt, at: timeAt(at) },
    { is: 'cell-close', cell, attempt, at: timeAt(at + 10), ...close, ...more },
  ];
}
