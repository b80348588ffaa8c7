import type { Ns } from '../contract/records.ts';

/** Something that is due at a time, and its place in the heap that holds it. */
export interface Due {
  due: Ns;
  place?: number;
}

/** A binary heap by due time; what is due at the same time comes in no particular order. */
export class DueHeap<D extends Due> {
  readonly #items: D[] = [];

  first(): D | undefined {
    return this.#items[0];
  }

  has(item: D): boolean {
    return item.place !== undefined && this.#items[item.place] === item;
  }

  add(item: D): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  remove(item: D): void {
    const { place } = item;
    if (place === undefined || !this.has(item)) return;
    delete item.place;
    const last = this.#items.pop() as D;
    if (last !== item) this.#settle(last, place);
  }

  /** Moves an item to a time that is not before its present one. */
  postpone(item: D, due: Ns): void {
    item.due = due;
    if (item.place !== undefined) this.#sink(item, item.place);
  }

  #settle(item: D, place: number): void {
    const parent = this.#items[(place - 1) >> 1];
    if (place > 0 && parent !== undefined && item.due < parent.due) this.#rise(item, place);
    else this.#sink(item, place);
  }

  #rise(item: D, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above] as D;
      if (parent.due <= item.due) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(item, place);
  }

  #sink(item: D, from: number): void {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#items.length) break;
      const [left, right] = [this.#items[below] as D, this.#items[below + 1]];
      if (right !== undefined && right.due < left.due) below += 1;
      const child = this.#items[below] as D;
      if (child.due >= item.due) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(item, place);
  }

  #put(item: D, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
