/** A source of uniform numbers in [0, 1), the same ones for the same seed on every machine. */
export type Uniform = () => number;

/**
 * The seeded generator behind everything random that is recorded (schedules, resampling): xoshiro128** 1.1 of Blackman and
 * Vigna, its state filled by SplitMix32 from the two halves of a seed of up to 53 bits. Not for secrets or nonces.
 */
export function seededUniform(seed: number): Uniform {
  let mix = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9);
  const word = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
  let a = word();
  let b = word();
  let c = word();
  let d = word();
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  // Two words give the 53 bits that a double holds.
  return () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
