import fc from 'fast-check';
import { expect, it } from 'vitest';
import { restartPace } from './restart-pace.ts';

/** What is waited before each start when it dies `livesMs` after each. */
function waits(livesMs: number[]): number[] {
  let now = 0;
  const pace = restartPace(() => now);
  return livesMs.map((lives) => {
    now += lives;
    const wait = pace();
    now += wait;
    return wait;
  });
}

it('starts again at once what has lived for long', () => {
  expect(waits([3_600_000, 3_600_000, 60_001])).toEqual([0, 0, 0]);
});

it('waits longer for what dies as soon as it is started, and has five starts in a minute', () => {
  // By hand: starts at 0, 0.5, 1.5, 3.5 and 7.5 s; the sixth a minute after the first, and so on.
  expect(waits(Array.from({ length: 7 }, () => 0))).toEqual([0, 500, 1_000, 2_000, 4_000, 52_500, 500]);
});

it('has no minute with more than five starts, however long each lives', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 60 }), (lives) => {
      let now = 0;
      const pace = restartPace(() => now);
      const starts = lives.map((ms) => {
        now += ms;
        const wait = pace();
        expect(wait).toBeGreaterThanOrEqual(0);
        now += wait;
        return now;
      });
      starts.forEach((start, i) => {
        const sixth = starts[i + 5];
        if (sixth !== undefined) expect(sixth - start).toBeGreaterThanOrEqual(60_000);
      });
    }),
  );
});
