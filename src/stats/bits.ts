/** A series of yes and no in order, a bit each: 10 million of them take 1.25 MB and a pass over them a few ms. */
export interface Bits {
  n: number;
  /** How many are yes. */
  ones: number;
  /** 32 of them each, the first in the lowest bit; what lies beyond n is no. */
  words: Uint32Array;
  /** How many streams take turns in it: what hangs together is then so many places apart. 1 unless told otherwise. */
  streams: number;
}

/** The bits of what `isSet` says of 0 to n − 1, in this order. */
export function bitsOf(n: number, isSet: (index: number) => boolean, streams = 1): Bits {
  const words = new Uint32Array(Math.ceil(n / 32));
  let ones = 0;
  for (let at = 0; at < words.length; at += 1) {
    const end = Math.min(n - at * 32, 32);
    let word = 0;
    for (let bit = 0; bit < end; bit += 1) if (isSet(at * 32 + bit)) word |= 1 << bit;
    words[at] = word;
    ones += popcount(word);
  }
  return { n, ones, words, streams };
}

/** 1 or 0. */
export function bitAt({ words }: Bits, index: number): number {
  return ((words[index >>> 5] as number) >>> (index & 31)) & 1;
}

/** How many i there are with both i and i + lag set. */
export function pairsAt({ words }: Bits, lag: number): number {
  const whole = lag >>> 5;
  const rest = lag & 31;
  let pairs = 0;
  for (let at = 0; at + whole < words.length; at += 1) {
    const word = words[at] as number;
    if (word === 0) continue;
    const low = (words[at + whole] as number) >>> rest;
    // A shift by 32 is one by 0 in JavaScript.
    const high = rest === 0 ? 0 : (words[at + whole + 1] ?? 0) << (32 - rest);
    pairs += popcount(word & (low | high));
  }
  return pairs;
}

/** How many of the 32 bits are set. */
export function popcount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
