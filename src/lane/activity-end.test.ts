// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginActivity, shapeOf } from '../../test/support/begin-activity.ts';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import type { Role } from '../../test/support/run-kind.ts';
import type { Assignment } from '../contract/assignment.ts';
import { NetprobeError } from '../contract/error.ts';

const ABORT = new NetprobeError('NETPROBE_ABORTED', 'enough');
let loop: FakeLoop;

beforeEach(() => {
  loop = new FakeLoop();
});
afterEach(() => vi.unstubAllGlobals());

const never = () => new Promise<never>(() => undefined);

describe('how an activity ends', () => {
  const ended = async (run: Role, change: Partial<Assignment> = {}) => {
    const { state } = beginActivity(run, change);
    await loop.run(loop.now + 50e6);
    return state.end;
  };

  it('is failed by what its role throws, whatever it is', async () => {
    const thrown = async (error: unknown) => ended(() => Promise.reject(error));
    expect(await thrown(new NetprobeError('NETPROBE_TIMEOUT', 'late'))).toEqual({
      status: 'failed',
      code: 'NETPROBE_TIMEOUT',
    });
    expect(await thrown('a text')).toEqual({ status: 'failed', code: 'NETPROBE_INTERNAL' });
    expect(await thrown(undefined)).toEqual({ status: 'failed', code: 'NETPROBE_INTERNAL' });
  });

  it('is partial when there was trouble, for its first reason', async () => {
    const end = await ended(async (_, io) => {
      io.trouble(new NetprobeError('NETPROBE_RESET', 'first'));
      io.trouble(new NetprobeError('NETPROBE_TLS', 'second'));
    });
    expect(end).toEqual({ status: 'partial', code: 'NETPROBE_RESET' });
  });

  it('is not completed when it was aborted, though its role does not mind', async () => {
    const { activity, state } = beginActivity(async (_, io) => {
      io.table('t').put({ a: 1 });
      await new Promise((resolve) => setTimeout(resolve, 20));
    });
    await loop.run(5e6);
    activity.abort(ABORT);
    await loop.run(50e6);
    expect(state.end).toEqual({ status: 'partial', code: 'NETPROBE_ABORTED' });
  });

  it('is failed for a role or options that the kind does not have', async () => {
    const unused = async () => expect.unreachable();
    const end = { status: 'failed', code: 'NETPROBE_AGENT_KIND' };
    expect(await ended(unused, { role: 'rank' })).toEqual(end);
    expect(await ended(unused, { options: { unknown: 1 } })).toEqual(end);
    expect(await ended(unused, { kind: 'other' })).toEqual(end);
  });

  it('is failed when it reaches for a seat that it was not given', async () => {
    const end = await ended(async (_, io) => {
      await io.connect(1, { timeoutNs: 1e9 });
    });
    expect(end).toEqual({ status: 'failed', code: 'NETPROBE_INTERNAL' });
  });

  it('is told by a lane that died: partial when it had rows', async () => {
    const { lane, records, state, assignment } = beginActivity(async (_, io) => {
      io.table('t').put({ a: 1 });
      await never();
    });
    await loop.run(1e6);
    await lane.stop();
    await loop.run(2e6);
    expect(state.end).toEqual({ status: 'partial', code: 'NETPROBE_LANE_DIED' });
    expect(shapeOf(records)).toEqual(['open', [1]]);
    expect(lane.gone).toBe(true);
    const next = lane.begin('next', assignment, [], { record: () => undefined, tell: () => undefined });
    expect(await next.done).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_LANE_DIED' } });
  });
});

describe('what an activity hears', () => {
  it('comes from its other seats, and ends when they are done', async () => {
    const heard: unknown[] = [];
    const { activity, told } = beginActivity(async (_, io) => {
      for await (const message of io.heard(1)) heard.push(message);
      io.tell(1, 'all heard');
    });
    activity.hear(1, 'a');
    activity.hear(1, { b: 1 });
    activity.hush(1);
    await loop.run(50e6);
    expect(heard).toEqual(['a', { b: 1 }]);
    expect(told).toEqual([[1, 'all heard']]);
  });

  it('is nothing from seats that the cell does not have', async () => {
    const { activity, state } = beginActivity(async (_, io) => {
      for await (const _message of io.heard(7)) expect.unreachable();
    });
    activity.hear(7, 'a');
    activity.hush(7);
    await loop.run(50e6);
    expect(state.end).toBeUndefined();
    activity.abort(ABORT);
    await loop.run(60e6);
    expect(state.end).toEqual({ status: 'failed', code: 'NETPROBE_ABORTED' });
  });
});
