import { describe, expect, it } from 'vitest';
import { Inlet } from './link.ts';

const MIB = 1024 * 1024;

/** An inlet, the socket's buffer that it is fed from, and what came out of it. */
function inletOf() {
  let now = 0;
  const inlet = new Inlet(() => now);
  const buffer = Buffer.alloc(MIB);
  const out: { text: string; at: number }[] = [];
  return {
    inlet,
    out,
    on: (chunk: Uint8Array, at: number) => out.push({ text: Buffer.from(chunk).toString(), at }),
    /** As the socket does: into the same memory each time. */
    receive(text: string, at: number) {
      now = at;
      buffer.fill(0);
      return inlet.receive(buffer.write(text), buffer);
    },
    fill: () => inlet.receive(buffer.length, buffer),
  };
}

describe('what a socket receives into a reused buffer', () => {
  it('goes to the reader at once, with the time of its arrival', () => {
    const { inlet, out, on, receive } = inletOf();
    inlet.open(on);
    expect([receive('a', 5), receive('b', 6)]).toEqual([true, true]);
    expect(out).toEqual([
      { text: 'a', at: 5 },
      { text: 'b', at: 6 },
    ]);
  });

  it('waits for a reader with the time of its arrival, and is not overwritten meanwhile', () => {
    const { inlet, out, on, receive } = inletOf();
    receive('early', 1);
    receive('later', 2);
    inlet.open(on);
    receive('now', 3);
    expect(out.map(({ text, at }) => [text, at])).toEqual([
      ['early', 1],
      ['later', 2],
      ['now', 3],
    ]);
  });

  it('stops the socket when nobody reads, before it fills the memory', () => {
    const { inlet, on, fill, receive } = inletOf();
    expect(receive('a', 1)).toBe(true);
    expect(fill()).toBe(false);
    inlet.open(on);
    expect(fill()).toBe(true);
  });

  it('can be put back in front for the next reader', () => {
    const { inlet, out, on, receive } = inletOf();
    inlet.open((chunk, at) => inlet.restore(Uint8Array.from(chunk.subarray(3)), at));
    receive('ackrest', 4);
    receive('more', 5);
    inlet.open(on);
    expect(out.map(({ text }) => text).join('|')).toBe('rest|more');
    expect(out[0]?.at).toBe(4);
  });
});
