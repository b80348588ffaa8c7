// Delays that hang together, for tests: seeded, so that the same run has the same numbers everywhere.

/** What a standard normal value exceeds with the probability 1 − p: scipy.stats.norm.ppf(p). */
export const NORMAL_QUANTILE = {
  0.5: 0,
  0.75: 0.6744897501960817,
  0.9: 1.2815515655446004,
  0.95: 1.6448536269514722,
  0.98: 2.0537489106318225,
  0.99: 2.3263478740408408,
  0.999: 3.090232306167813,
} as const;

/** Uniform numbers from 0 to 1 (Steele, Lea and Flood's SplitMix, of 32 bits). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    const once = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    const twice = Math.imul(once ^ (once >>> 15), 0x735a2d97);
    return ((twice ^ (twice >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers, by Box and Muller. */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A stationary AR(1) series of standard normal values whose autocorrelation at lag k is phi^k. */
export function autoregressive(n: number, phi: number, normal: () => number): Float64Array {
  const values = new Float64Array(n);
  const fresh = Math.sqrt(1 - phi * phi);
  let last = normal();
  for (let i = 0; i < n; i += 1) {
    values[i] = last;
    last = phi * last + fresh * normal();
  }
  return values;
}
