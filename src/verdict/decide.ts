import { binomialCdf, binomialSf, samplesNeeded } from '../stats/binomial.ts';
import { type EffectiveSize, effectiveSize, independent } from '../stats/effective-size.ts';
import type { Exceedance } from './exceedance.ts';

/** Significance level of every test. */
export const ALPHA = 0.05;

/** Fewer effective samples than this leave too much to luck, unless they are not correlated at all. */
export const LEAST_EFFECTIVE = 30;

/** One test: whether so many exceeding samples would be unlikely if the share that may exceed did. */
export interface Test {
  /** The chance of it, at most. */
  p: number;
  /** How many independent samples that rests on. */
  nEffective: number;
  rho1: number | null;
  /** The samples hang together so much that nothing follows, whatever p is. */
  tooFew: boolean;
}

/** Both tests of a count: so few would be unlikely (a PASS), so many would (a FAIL). */
export interface Tests {
  pass: Test;
  fail: Test;
}

/**
 * Exact binomial tests on effective samples: t·n_eff/n of n_eff, by counting, so never dependent on interpolated
 * percentiles. Exceedances are themselves what shows how samples hang together, and few of them show little: so a PASS
 * rests on the fewer of the effective samples at the threshold and at the worst tenth of the sample, less a standard
 * error, and a FAIL where nearly all exceed also on those at the best tenth. Neither tenth matters to a threshold that
 * is far from all samples: a drift of theirs does not come near it.
 */
export function tests(count: Exceedance): Tests {
  const { n, exceeding, allowed, beyond, worst, far } = count;
  const own = beyond === null ? independent(n) : effectiveSize(beyond);
  const tenth = worst === null || far ? own : effectiveSize(worst(0.1));
  const rest = worst === null || far || exceeding <= 0.9 * n ? own : effectiveSize(worst(0.9));
  const cautious = tenth.nCautious < own.nCautious ? tenth : own;
  const likely = rest.nEffective < own.nEffective ? rest : own;
  return {
    pass: {
      ...sizeOf(cautious, 'nCautious'),
      p: allowed === 0 ? 1 : binomialCdf((exceeding * cautious.nCautious) / n, cautious.nCautious, allowed),
      tooFew: areFew(cautious.nCautious, n),
    },
    fail: failTest(exceeding, n, allowed, sizeOf(likely, 'nEffective')),
  };
}

/** Whether so many exceeding samples would be unlikely if the allowed share did; n samples are worth `nEffective`. */
export function failTest(exceeding: number, n: number, allowed: number, size: Pick<Test, 'nEffective' | 'rho1'>): Test {
  return {
    ...size,
    p: failChance(exceeding, n, size.nEffective, allowed),
    // Rare exceedances are their own evidence; a shift of the whole takes a series that is long beside its swings.
    tooFew: allowed > 0.1 && areFew(size.nEffective, n),
  };
}

/** Whether a test says that it is not luck. */
export function rejects({ p, tooFew }: Test): boolean {
  return p <= ALPHA && !tooFew;
}

function areFew(nEffective: number, n: number): boolean {
  return nEffective < n && nEffective < LEAST_EFFECTIVE;
}

/**
 * How many samples a pass takes when so many of n exceed and they are worth `nEffective`. Null when no number would do:
 * nothing may exceed at all, or the share that does is not below the allowance already.
 */
export function passNeeds(exceeding: number, n: number, allowed: number, nEffective = n): number | null {
  if (n > 0 && exceeding / n >= allowed) return null;
  const tau = n === 0 ? 1 : n / nEffective;
  const needed = samplesNeeded(exceeding, allowed, ALPHA, tau);
  return needed === null || tau === 1 ? needed : Math.max(needed, Math.ceil(LEAST_EFFECTIVE * tau));
}

function failChance(exceeding: number, n: number, nEffective: number, allowed: number): number {
  // Where nothing may exceed, one is proof enough, whatever it is worth.
  if (allowed === 0) return exceeding > 0 ? 0 : 1;
  return binomialSf((exceeding * nEffective) / n, nEffective, allowed);
}

function sizeOf(size: EffectiveSize, which: 'nEffective' | 'nCautious'): Pick<Test, 'nEffective' | 'rho1'> {
  return { nEffective: size[which], rho1: size.rho1 };
}
