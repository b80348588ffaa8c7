import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

test('so many pass at a time, in order, also when some fail', async () => {
  const gate = new Gate(2);
  const inside: number[] = [];
  const began: number[] = [];
  const most: number[] = [];
  const ends = await Promise.allSettled(
    [0, 1, 2, 3, 4].map((name) =>
      gate.pass(async () => {
        began.push(name);
        inside.push(name);
        most.push(inside.length);
        await new Promise((resolve) => setImmediate(resolve));
        inside.splice(inside.indexOf(name), 1);
        if (name % 2 === 1) throw new Error('no');
        return name;
      }),
    ),
  );
  expect(began).toEqual([0, 1, 2, 3, 4]);
  expect(Math.max(...most)).toBe(2);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
});
