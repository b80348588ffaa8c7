import type { Metric, Registry } from '../contract/kind.ts';
import type { Result } from './model.ts';

/** Rates that differ by less than this are the same one. */
const SAME_RATIO = 0.02;
/** Two sites may well be alike; three that stop at one rate have met something that they share. */
const SITES = 3;

/** Cells whose throughput stopped where that of several other sites did as well, by id, with that in words. */
export function localBottlenecks(results: readonly Result[], registry: Registry): Map<string, string> {
  const found = new Map<string, string>();
  for (const { key, rates } of ratesOf(results, registry).values()) {
    const best = bySite(rates);
    if (best.length < SITES) continue;
    const [least, most] = [Math.min(...best), Math.max(...best)];
    if (most - least > SAME_RATIO * most) continue;
    const why = `local_bottleneck: ${best.length} sites stopped at one ${key}, ${least} to ${most} bit/s: it may be this side's`;
    for (const { result } of rates) found.set(result.id, why);
  }
  return found;
}

interface Rate {
  result: Result;
  p50: number;
}

/** Medians of every rate that was measured, by probe, metric and source. */
function ratesOf(results: readonly Result[], registry: Registry): Map<string, { key: string; rates: Rate[] }> {
  const groups = new Map<string, { key: string; rates: Rate[] }>();
  for (const result of results) {
    const metrics = (registry.get(result.kind)?.metrics ?? {}) as Record<string, Metric>;
    for (const [name, figure] of Object.entries(result.metrics)) {
      const p50 = 'p50' in figure ? figure.p50 : null;
      if (metrics[name]?.unit !== 'bit/s' || p50 == null || p50 <= 0) continue;
      const id = `${result.from} ${result.probe} ${name}`;
      const group = groups.get(id) ?? { key: `${result.probe} ${name}`, rates: [] };
      group.rates.push({ result, p50 });
      groups.set(id, group);
    }
  }
  return groups;
}

/** Each site's best. */
function bySite(rates: readonly Rate[]): number[] {
  const best = new Map<string, number>();
  for (const { result, p50 } of rates) best.set(result.to, Math.max(best.get(result.to) ?? 0, p50));
  return [...best.values()];
}

/** The result with that said of its instrument. */
export function withBottleneck(result: Result, why: string | undefined): Result {
  if (why === undefined) return result;
  const { instrument } = result;
  const reasons = [...instrument.reasons, { side: 'near' as const, code: 'local-bottleneck', why }];
  const state = instrument.state === 'valid' ? 'suspect' : instrument.state;
  return { ...result, instrument: { ...instrument, state, reasons } };
}
