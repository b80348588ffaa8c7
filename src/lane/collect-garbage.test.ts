import { expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';

it('collects what nothing refers to any more', async () => {
  let collected = false;
  const registry = new FinalizationRegistry(() => {
    collected = true;
  });
  (() => registry.register({ large: new Float64Array(10_000) }, undefined))();
  for (let turns = 0; turns < 100 && !collected; turns += 1) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(collected).toBe(true);
});
