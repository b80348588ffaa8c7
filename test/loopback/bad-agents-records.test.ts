import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import type { BadPeer } from '../support/bad-agent.ts';
import { type Met, meet } from '../support/meet-agent.ts';

type Map = { [key: string]: Json };

const KEY = { cell: 'here.there.tcp-echo.r1', attempt: 1, part: '', seat: 1, shard: 0 };
const OPEN: Map = {
  ...KEY,
  is: 'open',
  unixNs: '1794000000000000000',
  kind: 'tcp-echo',
  role: 'responder',
  tables: {},
};
const CLOSE: Map = { ...KEY, is: 'close', at: 9, status: 'completed', error: null };
const FACT: Map = { ...KEY, is: 'fact', at: 5, name: 'echoed_bytes', value: 1 };
const COMPLETED: Map = { is: 'closed', status: 'completed', error: null };
const GARBAGE = { code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' };

/** Plays the session; says these records when the controller says that it is done. */
function atTheEnd(...records: Json[]): Promise<Met> {
  const control = async (peer: BadPeer) => {
    await peer.open();
    await peer.hear();
    peer.record(...records);
    peer.say(COMPLETED);
  };
  return meet({ control });
}

/** Says these records as soon as the session is open, or just before. */
async function early(when: 'before' | 'after', ...records: Json[]): Promise<Met> {
  const control = async (peer: BadPeer) => {
    const words = records.map((record) => ({ is: 'record', record }));
    await peer.open(...(when === 'before' ? words : []));
    if (when === 'after') peer.say(...words);
  };
  return meet({ control }, { count: 2000, rate: '1000/s' });
}

test('records that are as they should be complete the cell', async () => {
  const { outcome, read } = await atTheEnd(OPEN, FACT, CLOSE);
  expect(outcome).toMatchObject({ status: 'completed', error: null });
  expect(read.seats[1]).toMatchObject({ seat: 1, role: 'responder', close: { status: 'completed' } });
});

test('records go under the seat, cell and attempt that the agent was asked for, whatever they say', async () => {
  const other = { cell: '../../etc', attempt: 7, part: 'x', seat: 0, shard: 3 };
  const { outcome, records } = await atTheEnd({ ...OPEN, ...other }, { ...FACT, ...other }, { ...CLOSE, ...other });
  expect(outcome.status).toBe('completed');
  const theirs = records
    .slice(-3)
    .map(({ cell, attempt, part, seat, shard }) => ({ cell, attempt, part, seat, shard }));
  expect(theirs).toEqual([KEY, KEY, KEY]);
});

test('an agent cannot write as an initiator, nor declare tables', async () => {
  const { read } = await atTheEnd({ ...OPEN, role: 'initiator', kind: 'x', tables: { echo: { rtt: 'ns' } } }, CLOSE);
  expect(read.seats[1]).toMatchObject({ role: 'responder', rows: { echo: { seq: new Float64Array() } } });
});

const ROWS: Map = { ...KEY, is: 'rows', table: 'echo', from: 0, rows: [[0, 0, 0, 0, 0]] };
const BAD: [string, Json[]][] = [
  ['nothing', [null]],
  ['a number', [7]],
  ['an unknown record', [{ ...KEY, is: 'verdict', result: 'pass' }]],
  ['a fact before the open record', [FACT, OPEN]],
  ['a second open record', [OPEN, OPEN]],
  ['a fact after the close record', [OPEN, CLOSE, FACT]],
  ['an open record without a time', [{ ...OPEN, unixNs: null }]],
  ['an open record with a number for a time', [{ ...OPEN, unixNs: 17 }]],
  ['a fact without a time', [OPEN, { ...FACT, at: 'now' }]],
  ['a fact without a name', [OPEN, { ...FACT, name: { a: 1 } }]],
  ['a fact too long', [OPEN, { ...FACT, value: 'x'.repeat(20_000) }]],
  ['a fact too deep', [OPEN, { ...FACT, value: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as Json }]],
  ['facts without end', [OPEN, ...Array.from({ length: 2000 }, () => FACT)]],
  ['a close record of an unknown status', [OPEN, { ...CLOSE, status: 'perfect' }]],
  ['a close record without a time', [OPEN, { ...CLOSE, at: null }]],
  ['rows of a table that the responder does not fill', [OPEN, ROWS]],
  ['rows of an unknown table', [OPEN, { ...ROWS, table: 'x' }]],
  ['rows of a table named by a list', [OPEN, { ...ROWS, table: ['echo'] }]],
  ['rows of a table of Object', [OPEN, { ...ROWS, table: 'constructor' }]],
  ['rows that are none', [OPEN, { ...ROWS, rows: [] }]],
  ['rows that are no list', [OPEN, { ...ROWS, rows: 'x' }]],
];

describe.each(BAD)('an agent that records %s', (_, records) => {
  test('at the end makes the cell partial, and its records stay readable', async () => {
    const { outcome, read } = await atTheEnd(...records);
    expect(outcome).toMatchObject({ status: 'partial', error: GARBAGE });
    expect(read.seats[0]?.close?.status).toBe('completed');
  });
});

describe('an agent that records what it should not', () => {
  test('before the session is open is not measured at all', async () => {
    const { outcome, records } = await early('before', FACT);
    expect(outcome).toMatchObject({ status: 'failed', error: GARBAGE });
    expect(records).toEqual([]);
  });

  test('while it is measured ends the cell', async () => {
    const { outcome, read } = await early('after', OPEN, ROWS);
    expect(outcome.error).toMatchObject(GARBAGE);
    expect(read.seats.find(({ seat }) => seat === 0)?.close?.status).not.toBe('completed');
  });
});
