import { describe, expect, test } from 'vitest';
import type { Assignment } from '../contract/assignment.ts';
import type { FromLane, LanePort } from './messages.ts';
import { Recorder } from './recorder.ts';

const CAPS = {
  durationNs: 0,
  bytesIn: 0,
  bytesOut: 0,
  connections: 0,
  payloadBytes: 0,
  bps: 1,
  packetsPerSecond: 0,
  rows: {},
};
const ASSIGNMENT: Assignment = {
  cell: 'c',
  attempt: 1,
  part: '',
  kind: 'k',
  role: 'responder',
  seat: 1,
  shard: { index: 0, of: 1 },
  options: {},
  seed: 0,
  caps: CAPS,
  seats: [],
};

/** A lane in a process of its own, whose host takes what it is given when the test says so. */
function recording() {
  const said: FromLane[] = [];
  const port: LanePort = { post: (message) => said.push(message), listen: () => undefined, sharesMemory: false };
  const recorder = new Recorder('id', ASSIGNMENT, { t: { a: 'uint' } }, port, '0');
  const rows = () =>
    said.flatMap((message) =>
      message.is === 'record' && message.record.is === 'rows' ? [message.record.rows.map(([a]) => a as number)] : [],
    );
  return { recorder, rows, said };
}

/** Many turns of the loop: each slice takes one. */
async function turns(): Promise<void> {
  for (let i = 0; i < 200; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a recorder in a process of its own', () => {
  test('keeps rows to itself while latency is measured, and sends all of them in order at the end', async () => {
    const { recorder, rows, said } = recording();
    for (let a = 0; a < 1500; a += 1) recorder.table('t').put({ a });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(rows()).toEqual([]);
    await recorder.close(5, 'completed', null);
    expect(rows().map(({ length }) => length)).toEqual([512, 512, 476]);
    expect(rows().flat()).toEqual(Array.from({ length: 1500 }, (_, a) => a));
    expect(said.at(-1)).toMatchObject({ record: { is: 'close', at: 5 } });
  });

  test('does not send faster than rows are taken', async () => {
    const { recorder, rows } = recording();
    for (let a = 0; a < 20 * 512; a += 1) recorder.table('t').put({ a });
    const closing = recorder.close(5, 'completed', null);
    await turns();
    expect(rows()).toHaveLength(16);
    for (let i = 0; i < 2; i += 1) recorder.taken();
    await turns();
    expect(rows()).toHaveLength(18);
    for (let i = 0; i < 10; i += 1) recorder.taken();
    await closing;
    expect(rows().flat()).toHaveLength(20 * 512);
  });
});
