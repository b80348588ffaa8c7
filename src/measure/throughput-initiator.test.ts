// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeIo, throughputAssignment } from '../../test/support/fake-io.ts';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { fakePipe } from '../../test/support/fake-pipe.ts';
import { NetprobeError } from '../contract/error.ts';
import type { Direction } from '../contract/intervals.ts';
import { driveThroughput } from './throughput-initiator.ts';

const MS = 1e6;
let loop: FakeLoop;
beforeEach(() => {
  loop = new FakeLoop();
});
afterEach(() => vi.unstubAllGlobals());

function drive(direction: Direction, streams = 1, refuse?: Error) {
  const parts = fakeIo(loop.clock);
  const opened: ReturnType<typeof fakePipe>[] = [];
  const state = { end: 'running' as unknown, refuse };
  const open = async () => {
    if (state.refuse) throw state.refuse;
    const made = fakePipe();
    opened.push(made);
    return made.pipe;
  };
  driveThroughput(throughputAssignment(direction, streams), parts.io, open).then(
    () => {
      state.end = 'resolved';
    },
    (error) => {
      state.end = error;
    },
  );
  return { ...parts, opened, state };
}

const GONE = new NetprobeError('NETPROBE_AGENT_CLOSED', 'gone');
const ABORT = new NetprobeError('NETPROBE_ABORTED', 'enough');

describe('the near end of a throughput cell', () => {
  it('sends forward until the far end has counted, then notes what it sent', async () => {
    const { opened, heard, facts, told, state } = drive('forward', 2);
    await loop.run(MS);
    expect(told).toEqual([{ say: 'go', phase: 0 }]);
    expect(opened.map((each) => each.state.sending)).toEqual([true, true]);
    for (const each of opened) each.state.sent = 500;
    heard.put({ say: 'metered', phase: 0 });
    await loop.run();
    expect(state.end).toBe('resolved');
    expect(facts.get('sent_fwd_bytes')).toBe(1000);
    expect(facts.has('busy_ratio')).toBe(true);
    expect(opened.every((each) => each.state.destroyed)).toBe(true);
    expect(loop.pending).toBe(0);
  });

  it.each(['forward', 'reverse', 'duplex'] as const)(
    'settles at once with an abort of %s, and leaves no timer',
    async (direction) => {
      const { opened, heard, facts, state } = drive(direction);
      await loop.run(MS);
      opened[0]?.arrive(10, loop.now);
      await loop.run(50 * MS);
      heard.fail(ABORT);
      await loop.run(loop.now + 1);
      expect(state.end).toBe(ABORT);
      expect(facts.size).toBeGreaterThan(0);
      expect(loop.pending).toBe(0);
    },
  );

  it('keeps what reverse brought until the agent was gone, as partial', async () => {
    const { opened, heard, table, troubles, facts, state } = drive('reverse');
    await loop.run(MS);
    opened[0]?.arrive(10, loop.now);
    await loop.run(150 * MS);
    heard.fail(GONE);
    await loop.run();
    expect(state.end).toBe('resolved');
    expect(troubles).toContain(GONE);
    expect(facts.get('received_rev_bytes')).toBe(10);
    expect(table.rows.map(({ omitted }) => omitted)).toEqual([0, 1]);
  });

  it('keeps the first phase when the second cannot be opened, as partial', async () => {
    const { heard, troubles, facts, state } = drive('each');
    await loop.run(MS);
    const refused = new NetprobeError('NETPROBE_CONNECT_REFUSED', 'no');
    state.refuse = refused;
    heard.put({ say: 'metered', phase: 0 });
    await loop.run();
    expect(state.end).toBe('resolved');
    expect(troubles).toEqual([refused]);
    expect(facts.has('sent_fwd_bytes')).toBe(true);
  });

  it('fails when the first phase cannot be opened', async () => {
    const refused = new NetprobeError('NETPROBE_CONNECT_REFUSED', 'no');
    const { state, troubles } = drive('forward', 1, refused);
    await loop.run();
    expect(state.end).toBe(refused);
    expect(troubles).toEqual([]);
  });

  it('is partial when one stream ends early, and goes on with the others', async () => {
    const { opened, heard, troubles, state } = drive('forward', 2);
    await loop.run(MS);
    opened[1]?.end(new NetprobeError('NETPROBE_RESET', 'reset'));
    await loop.run(2 * MS);
    expect(state.end).toBe('running');
    heard.put({ say: 'metered', phase: 0 });
    await loop.run();
    expect(state.end).toBe('resolved');
    expect(troubles).toMatchObject([{ code: 'NETPROBE_RESET' }]);
  });

  it('gives up when the far end never says that it has counted', async () => {
    const { troubles, state } = drive('forward');
    await loop.run();
    expect(state.end).toBe('resolved');
    expect(loop.now).toBeGreaterThanOrEqual(10_300 * MS);
    expect(troubles).toMatchObject([{ code: 'NETPROBE_TIMEOUT' }]);
  });
});
