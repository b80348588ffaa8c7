import { describe, expect, test } from 'vitest';
import { answering, echoedBy, SIZE } from '../support/echo-agent.ts';
import { type Measured, outcomesOf } from '../support/reduced.ts';
import { factOf } from '../support/with-agent.ts';

describe('tcp-echo takes replies', () => {
  test('a byte at a time', async () => {
    const measured = await echoedBy(
      answering((socket, request) => {
        for (const byte of request) socket.write(Uint8Array.of(byte));
      }),
    );
    expect(measured.reduced.counts.received).toBe(20);
  });

  test('several together', async () => {
    const waiting: Buffer[] = [];
    const measured = await echoedBy(
      answering((socket, request) => {
        waiting.push(request);
        if (waiting.length === 5) socket.write(Buffer.concat(waiting.splice(0)));
      }),
    );
    expect(measured.reduced.counts.received).toBe(20);
  });

  test('in another order', async () => {
    const waiting: Buffer[] = [];
    const measured = await echoedBy(
      answering((socket, request) => {
        waiting.unshift(request);
        if (waiting.length === 5) socket.write(Buffer.concat(waiting.splice(0)));
      }),
    );
    expect(outcomesOf(measured, 'echo')).toEqual(Array(20).fill('received'));
    expect([...(measured.read.seats[0]?.rows['echo']?.['seq'] ?? [])].slice(0, 5)).toEqual([4, 3, 2, 1, 0]);
  });
});

describe('tcp-echo is not deceived', () => {
  const GARBAGE = { status: 'partial', error: { code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' } };
  const altered = (request: Buffer, at: number) => Buffer.from(request).fill((request[at] as number) ^ 1, at, at + 1);

  test.each([
    ['other random bits', (request: Buffer) => altered(request, 5)],
    ['another sequence number', (request: Buffer) => altered(request, 0)],
    ['altered padding', (request: Buffer) => altered(request, SIZE - 1)],
    ['the same reply twice', (request: Buffer) => Buffer.concat([request, request])],
  ])('by %s: what was on its way has failed, and the rest was never sent', async (_, forge) => {
    const measured = await echoedBy(
      answering((socket, request, seq) => socket.write(seq < 5 ? request : forge(request))),
    );
    expect(measured.outcome).toMatchObject(GARBAGE);
    const outcomes = outcomesOf(measured, 'echo');
    expect(outcomes.filter((each) => each !== 'received' && each !== 'protocol')).toEqual([]);
    const { counts } = measured.reduced;
    expect(counts.sent + counts.skipped).toBe(20);
    expect(counts.received).toBeGreaterThanOrEqual(5);
  });

  test('by a reply before its request was sent', async () => {
    const measured = await echoedBy(
      answering((socket, request, seq) => {
        if (seq === 0) socket.write(Buffer.concat([request, altered(request, 3)]));
      }),
    );
    expect(measured.outcome).toMatchObject(GARBAGE);
  });
});

describe('tcp-echo with an agent that', () => {
  const last = (measured: Measured) => new Set(outcomesOf(measured, 'echo'));

  test.each([
    ['closes', (socket: { end(): void }) => socket.end(), 'closed', 'NETPROBE_AGENT_CLOSED'],
    ['resets', (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(), 'reset', 'NETPROBE_RESET'],
  ] as const)('%s midway is partial, and what was never sent is skipped', async (_, end, outcome, code) => {
    const given = { count: 200, rate: '200/s' };
    const stream = answering((socket, request, seq) => {
      if (seq < 10) socket.write(request);
      else if (seq === 10) end(socket);
    });
    const measured = await echoedBy(stream, given);
    expect(measured.outcome).toMatchObject({ status: 'partial', error: { code } });
    expect([...last(measured)].filter((each) => each !== 'received' && each !== outcome)).toEqual([]);
    const { counts } = measured.reduced;
    expect(counts).toMatchObject({ planned: 200, received: 10, lost: 0 });
    expect(counts.failed).toBeGreaterThan(0);
    expect(counts.skipped).toBe(200 - 10 - counts.failed);
  });

  test('answers nothing has timed out, every time', async () => {
    const measured = await echoedBy(
      answering(() => undefined),
      { count: 5, rate: '500/s', timeout: '50ms' },
    );
    expect(measured.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT', origin: 'target' } });
    expect(outcomesOf(measured, 'echo')).toEqual(Array(5).fill('timeout'));
    expect(measured.reduced.counts).toMatchObject({ sent: 5, lost: 5 });
  });

  test('answers too late has timed out, and the late reply counts for nothing else', async () => {
    const held: (() => void)[] = [];
    const stream = answering((socket, request, seq) => {
      if (seq === 0) held.push(() => socket.write(request));
      else socket.write(request);
      if (seq === 399) for (const release of held) release();
    });
    const measured = await echoedBy(stream, { count: 420, rate: '500/s', timeout: '500ms' });
    expect(measured.reduced.counts).toMatchObject({ sent: 420, lost: 1, received: 419, failed: 0 });
    expect(factOf(measured, 0, 'late_replies')).toBe(1);
  });
});
