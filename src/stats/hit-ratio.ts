import type { Estimate } from '../contract/estimate.ts';

/**
 * A ratio with the samples behind it. `flags`, in the order of sending: 1 a hit, 0 none, anything else no sample; `at` is
 * the cell time in ns of each. `why`: what to say when there is no sample at all.
 */
export function hitRatio(flags: Uint8Array, at: Float64Array, why: string): Estimate {
  let of = 0;
  let hits = 0;
  for (let i = 0; i < flags.length; i += 1) {
    const flag = flags[i] as number;
    if (flag > 1) continue;
    of += 1;
    hits += flag;
  }
  if (of === 0) return { is: 'missing', why };
  return { is: 'ratio', hits, of, series: of === flags.length ? { hit: flags, at } : counted(flags, at, of) };
}

function counted(flags: Uint8Array, at: Float64Array, of: number): { hit: Uint8Array; at: Float64Array } {
  const hit = new Uint8Array(of);
  const times = new Float64Array(of);
  let n = 0;
  for (let i = 0; i < flags.length; i += 1) {
    if ((flags[i] as number) > 1) continue;
    hit[n] = flags[i] as number;
    times[n] = at[i] as number;
    n += 1;
  }
  return { hit, at: times };
}
