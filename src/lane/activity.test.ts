// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginActivity, shapeOf } from '../../test/support/begin-activity.ts';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import { NetprobeError } from '../contract/error.ts';

const ABORT = new NetprobeError('NETPROBE_ABORTED', 'enough');
let loop: FakeLoop;

beforeEach(() => {
  loop = new FakeLoop();
});
afterEach(() => vi.unstubAllGlobals());

const never = () => new Promise<never>(() => undefined);

describe.each([true, false])('an activity (shared memory: %s)', (sharesMemory) => {
  it('records its start, its rows and facts, and its end, in this order', async () => {
    const { records, state } = beginActivity(
      async (_, io) => {
        for (let a = 0; a < 3; a += 1) io.table('t').put({ a });
        io.fact('done', true);
      },
      {},
      sharesMemory,
    );
    await loop.run(50e6);
    expect(state.end).toEqual({ status: 'completed', code: undefined });
    expect(shapeOf(records).filter((each) => each !== 'fact')).toEqual(['open', [0, 1, 2], 'close']);
    expect(shapeOf(records)).toContain('fact');
  });

  it('is ended a second after an abort when its role does not settle, and keeps its rows', async () => {
    const { activity, records, state } = beginActivity(
      async (_, io) => {
        io.table('t').put({ a: 7 });
        await never();
      },
      {},
      sharesMemory,
    );
    await loop.run(1e6);
    activity.abort(ABORT);
    await loop.run(900e6);
    expect(state.end).toBeUndefined();
    await loop.run(1100e6);
    expect(state.end).toEqual({ status: 'partial', code: 'NETPROBE_ABORTED' });
    expect(shapeOf(records)).toEqual(['open', [7], 'close']);
  });

  it('settles with an abort as soon as its role does', async () => {
    const { activity, state } = beginActivity(
      async (_assignment, _io, signal) => {
        await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      {},
      sharesMemory,
    );
    await loop.run(1e6);
    activity.abort(ABORT);
    await loop.run(2e6);
    expect(state.end).toEqual({ status: 'failed', code: 'NETPROBE_ABORTED' });
  });

  it('writes nothing after its close record, whatever its role still does', async () => {
    let write: () => void = () => undefined;
    const { activity, records } = beginActivity(
      async (_, io) => {
        write = () => {
          io.table('t').put({ a: 9 });
          io.fact('late', 1);
          io.tell(1, 'late');
        };
        await never();
      },
      {},
      sharesMemory,
    );
    await loop.run(1e6);
    activity.abort(ABORT);
    await loop.run(1100e6);
    write();
    await loop.run(2000e6);
    expect(shapeOf(records)).toEqual(['open', 'close']);
  });
});
