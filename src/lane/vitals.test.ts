// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeKernel } from '../../test/support/fake-kernel.ts';
import { FakeLoop } from '../../test/support/fake-loop.ts';
import type { ThreadTimes } from '../kernel/thread-times.ts';
import { LaneVitals } from './vitals.ts';

// What the system says, set by each test. Times of a thread count from its start.
const said = vi.hoisted(() => ({
  thread: { runNs: 0, waitNs: 0 } as ThreadTimes | { missing: string },
  /** What timers of 10 ms took, by quantile. */
  timers: { count: 0, p50: 0, p99: 0, max: 0, enabled: 0 },
}));

vi.mock('../kernel/thread-times.ts', () => ({ readThreadTimes: () => said.thread }));
vi.mock('node:perf_hooks', () => ({
  monitorEventLoopDelay: () => ({
    enable: () => (said.timers.enabled += 1),
    disable: () => (said.timers.enabled -= 1),
    percentile: (p: number) => (p === 50 ? said.timers.p50 : said.timers.p99),
    get count() {
      return said.timers.count;
    },
    get max() {
      return said.timers.max;
    },
  }),
}));

/** A struct timex of a clock that is kept: maxerror 31.5 ms, esterror 0.25 ms (adjtimex(2): in µs). */
function timex(): Uint8Array {
  const view = new DataView(new ArrayBuffer(208));
  view.setBigInt64(24, 31_500n, true);
  view.setBigInt64(32, 250n, true);
  return new Uint8Array(view.buffer);
}

let loop: FakeLoop;
let kernel: FakeKernel;

beforeEach(() => {
  loop = new FakeLoop();
  kernel = new FakeKernel();
  kernel.timex = timex();
  said.thread = { runNs: 5e9, waitNs: 1e9 };
  said.timers = { count: 0, p50: 0, p99: 0, max: 0, enabled: 0 };
});
afterEach(() => vi.unstubAllGlobals());

/** So long passes, for timers and for the kernel's clocks. */
async function pass(ms: number): Promise<void> {
  kernel.pass(BigInt(ms) * 1_000_000n);
  await loop.run(loop.now + ms * 1e6);
}

describe('the vitals of a lane', () => {
  it('say how long its thread ran and waited meanwhile, and whether it spins', () => {
    const vitals = new LaneVitals(kernel, false).begin();
    said.thread = { runNs: 5.4e9, waitNs: 1.03e9 };
    expect(vitals.end().lane).toMatchObject({ kernel: 'yes', spins: false, run_ns: 4e8, wait_ns: 3e7 });
    expect(new LaneVitals(kernel, true).begin().end().lane).toMatchObject({ spins: true, run_ns: 0, wait_ns: 0 });
  });

  it('say null of times that its system does not tell, or told only once', () => {
    const unknown = { run_ns: null, wait_ns: null };
    const began = new LaneVitals(kernel, true).begin();
    said.thread = { missing: 'there is no /proc/thread-self/schedstat' };
    expect(began.end().lane).toMatchObject(unknown);
    const late = new LaneVitals(kernel, true).begin();
    said.thread = { runNs: 1, waitNs: 1 };
    expect(late.end().lane).toMatchObject(unknown);
  });

  it('give how late timers of 10 ms were beyond these, never less than nothing', () => {
    const lanes = new LaneVitals(kernel, true);
    const vitals = lanes.begin();
    said.timers = { ...said.timers, count: 300, p50: 9.9e6, p99: 12.5e6, max: 40e6 };
    expect(vitals.end().lane).toMatchObject({ loop_delay_ns: { n: 300, p50: 0, p99: 2.5e6, max: 30e6 } });
  });

  it('take the longest of these timers, and their interval at least, for how late stamps of the loop may be', () => {
    const lanes = new LaneVitals(kernel, true);
    const late = (max: number) => {
      const vitals = lanes.begin();
      said.timers = { ...said.timers, count: 300, max };
      return vitals.end().clock;
    };
    expect(late(40e6)).toMatchObject({ user_stamp_late_ns: 40e6 });
    expect(late(9.2e6)).toMatchObject({ user_stamp_late_ns: 10e6 });
    said.timers.count = 0;
    expect(lanes.begin().end().clock).toMatchObject({ user_stamp_late_ns: null });
  });

  it('have no delay of the loop where it was not seen', () => {
    expect(new LaneVitals(kernel, true).begin().end().lane).toMatchObject({ loop_delay_ns: null });
  });

  it('tell of the wall clock what the kernel knows of it', () => {
    expect(new LaneVitals(kernel, true).begin().end().clock).toMatchObject({
      source: 'kernel',
      synchronised: true,
      max_error_ns: 31_500_000,
      est_error_ns: 250_000,
      step_ns: 0,
    });
  });

  it('say why nothing is known of it, where the kernel is not asked or does not answer', () => {
    const silent = { source: 'user', synchronised: null, max_error_ns: null, est_error_ns: null, step_ns: 0 };
    const off = new LaneVitals({ missing: 'turned off by NETPROBE_KERNEL=off' }, true).begin().end();
    expect(off.clock).toMatchObject({ ...silent, why: 'turned off by NETPROBE_KERNEL=off' });
    expect(off.lane).toMatchObject({ kernel: { missing: 'turned off by NETPROBE_KERNEL=off' } });
    kernel.timex = 1;
    const { clock, lane } = new LaneVitals(kernel, true).begin().end();
    expect(clock).toMatchObject({ ...silent, why: 'adjtimex failed: EPERM' });
    expect(lane).toMatchObject({ kernel: 'yes' });
  });
});

describe('a wall clock that is set while a lane measures', () => {
  const stepsOf = (facts: ReturnType<ReturnType<LaneVitals['begin']>['end']>) =>
    (facts.clock as { step_ns: number }).step_ns;

  it('shows, with its direction, when it happens and at the end', async () => {
    const vitals = new LaneVitals(kernel, true).begin();
    await pass(2000);
    kernel.realtime -= 5_000_000n;
    await pass(2000);
    expect(stepsOf(vitals.end())).toBe(-5_000_000);
    const late = new LaneVitals(kernel, true).begin();
    kernel.realtime += 3_000_000n;
    expect(stepsOf(late.end())).toBe(3_000_000);
  });

  it('shows in the activities that it concerns', async () => {
    const lane = new LaneVitals(kernel, true);
    const [before, throughout] = [lane.begin(), lane.begin()];
    await pass(1000);
    const untouched = stepsOf(before.end());
    kernel.realtime += 7_000_000n;
    await pass(1000);
    const after = lane.begin();
    await pass(1000);
    expect([untouched, stepsOf(throughout.end()), stepsOf(after.end())]).toEqual([0, 7_000_000, 0]);
  });

  it('and back again was set all the same', async () => {
    const vitals = new LaneVitals(kernel, true).begin();
    kernel.realtime += 5_000_000n;
    await pass(1000);
    kernel.realtime -= 5_000_000n;
    await pass(1000);
    expect(Math.abs(stepsOf(vitals.end()))).toBe(5_000_000);
  });
});

it('a lane is watched from its first activity to its last, and not beyond', async () => {
  const lane = new LaneVitals(kernel, true);
  const [first, second] = [lane.begin(), lane.begin()];
  first.end();
  expect([said.timers.enabled, loop.pending]).toEqual([1, 1]);
  await pass(3000);
  second.end();
  expect([said.timers.enabled, loop.pending]).toEqual([0, 0]);
  lane.begin().end();
  expect([said.timers.enabled, loop.pending]).toEqual([0, 0]);
});
