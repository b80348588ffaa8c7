import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Due, DueHeap } from './due-heap.ts';

interface Item extends Due {
  name: number;
}

test('gives what is due first, whatever was added, removed and postponed before', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), due: fc.nat(50) }),
    fc.record({ do: fc.constant('remove' as const), which: fc.nat(20) }),
    fc.record({ do: fc.constant('postpone' as const), which: fc.nat(20), by: fc.nat(30) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new DueHeap<Item>();
      const held: Item[] = [];
      for (const each of steps) {
        const item = each.do === 'add' ? { name: held.length, due: each.due } : held[each.which];
        if (item === undefined) continue;
        if (each.do === 'add') {
          heap.add(item);
          held.push(item);
        } else if (each.do === 'remove') {
          heap.remove(item);
          held.splice(held.indexOf(item), 1);
          expect(heap.has(item)).toBe(false);
        } else heap.postpone(item, item.due + each.by);
        expect(held.every((other) => heap.has(other))).toBe(true);
        expect(heap.first()?.due).toBe(held.length === 0 ? undefined : Math.min(...held.map(({ due }) => due)));
      }
    }),
  );
});
