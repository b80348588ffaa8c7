// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { fakeTable } from '../../test/support/fake-table.ts';
import { outcomeOf } from '../contract/outcome.ts';
import type { SAMPLE_COLUMNS } from '../contract/samples.ts';
import { makeEcho } from '../wire/echo.ts';
import { InFlight } from './in-flight.ts';

const MS = 1e6;
const TIMEOUT = 100 * MS;
const PADDING = Buffer.alloc(200, 7);
let loop: FakeLoop;
let table: ReturnType<typeof fakeTable<typeof SAMPLE_COLUMNS>>;
let flights: InFlight;

beforeEach(() => {
  loop = new FakeLoop();
  table = fakeTable();
  flights = new InFlight(table, TIMEOUT, loop.clock);
});
afterEach(() => {
  flights.end();
  vi.unstubAllGlobals();
});

/** Sends a request now, which was due a millisecond ago. */
function launch(seq: number): Buffer {
  const message = makeEcho(seq, PADDING);
  flights.launched(seq, loop.now - MS, loop.now, message);
  return message;
}

const outcomes = () => table.rows.map(({ seq, outcome }) => [seq, outcomeOf(outcome as number)]);

describe('requests in flight', () => {
  it('are received with the time of their reply, in the order in which they are answered', () => {
    const [a, b] = [launch(0), launch(1)];
    expect(flights.arrived(b, 3 * MS)).toBe(true);
    expect(flights.arrived(a, 4 * MS)).toBe(true);
    expect(table.rows).toEqual([
      { seq: 1, intended: -MS, sent: 0, received: 3 * MS, outcome: 0 },
      { seq: 0, intended: -MS, sent: 0, received: 4 * MS, outcome: 0 },
    ]);
    expect(flights).toMatchObject({ received: 2, failed: 0, late: 0 });
  });

  it('are received at the timeout exactly, and late a nanosecond after it', () => {
    const [a, b] = [launch(0), launch(1)];
    flights.arrived(a, TIMEOUT);
    expect(flights.arrived(b, TIMEOUT + 1)).toBe(true);
    expect(outcomes()).toEqual([
      [0, 'received'],
      [1, 'timeout'],
    ]);
    expect(table.rows[1]?.received).toBeNull();
    expect(flights).toMatchObject({ received: 1, failed: 1, late: 1 });
  });

  it('time out when no reply comes, soon after the timeout and never before', async () => {
    launch(0);
    await loop.run(TIMEOUT);
    expect(table.rows).toEqual([]);
    await loop.run(TIMEOUT + 25 * MS);
    expect(outcomes()).toEqual([[0, 'timeout']]);
    expect(flights).toMatchObject({ received: 0, failed: 1, late: 0 });
  });

  it('count a reply after the timeout once, and take its double for a stranger', async () => {
    const message = launch(0);
    await loop.run(TIMEOUT + 25 * MS);
    expect(flights.arrived(message, loop.now)).toBe(true);
    expect(flights.arrived(message, loop.now)).toBe(false);
    expect(outcomes()).toEqual([[0, 'timeout']]);
    expect(flights.late).toBe(1);
  });

  it('are answered once: the double of a reply is a stranger', () => {
    const message = launch(0);
    expect(flights.arrived(message, 1 * MS)).toBe(true);
    expect(flights.arrived(message, 2 * MS)).toBe(false);
    expect(table.rows).toHaveLength(1);
  });

  it.each([4, 15, 16, 199])('are not answered by a reply with another byte at %i', async (at) => {
    const forged = Buffer.from(launch(0));
    forged[at] = (forged[at] as number) ^ 1;
    expect(flights.arrived(forged, 1 * MS)).toBe(false);
    expect(table.rows).toEqual([]);
  });

  it('are not answered late by other random bits, nor by a reply of another length', async () => {
    const message = launch(0);
    await loop.run(TIMEOUT + 25 * MS);
    const forged = Buffer.from(message);
    forged[4] = (forged[4] as number) ^ 1;
    for (const reply of [forged, message.subarray(0, 199), Buffer.concat([message, message])])
      expect(flights.arrived(reply, loop.now)).toBe(false);
    expect(flights.late).toBe(0);
  });

  it('are not answered by the reply to one that was never sent', () => {
    launch(0);
    expect(flights.arrived(makeEcho(1, PADDING), MS)).toBe(false);
  });

  it('all end with the connection, for its reason', () => {
    flights.arrived(launch(0), MS);
    launch(1);
    launch(2);
    flights.failAll('reset');
    expect(outcomes()).toEqual([
      [0, 'received'],
      [1, 'reset'],
      [2, 'reset'],
    ]);
    expect(flights).toMatchObject({ received: 1, failed: 2 });
  });

  it('are waited for until the last one is settled, which no request is at the start', async () => {
    let empty = false;
    await flights.empty();
    const [a] = [launch(0), launch(1)];
    void flights.empty().then(() => {
      empty = true;
    });
    flights.arrived(a, MS);
    await loop.run(TIMEOUT);
    expect(empty).toBe(false);
    await loop.run(TIMEOUT + 25 * MS);
    expect(empty).toBe(true);
  });

  it('leave no timer when they end', () => {
    launch(0);
    expect(loop.pending).toBe(1);
    flights.end();
    expect(loop.pending).toBe(0);
  });
});
