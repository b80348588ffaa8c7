import type { Estimate } from '../../src/contract/estimate.ts';
import type { Verdict } from '../../src/contract/figures.ts';
import type { Metric } from '../../src/contract/kind.ts';
import type { PlanRequirement } from '../../src/contract/plan.ts';
import { type Asked, find, type JudgedCell, judge } from '../../src/verdict/judge.ts';
import { planCell, planRequirement } from './fake-plan.ts';

type Sample = Extract<Estimate, { is: 'sample' }>;
type Groups = [count: number, value: number][];

export const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: '' };
export const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: '' };
export const FAILURES: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: '' };

/** Every 10 ms. */
const STEP_NS = 1e7;

/** So many of each value, each spread evenly: as independent samples come, or more so. */
export function spread(...groups: Groups): Sample {
  const placed = groups.flatMap(([count, value]) =>
    Array.from({ length: count }, (_, i) => ({ value, place: (i + 0.5) / count })),
  );
  return series(placed.sort((a, b) => a.place - b.place).map(({ value }) => value));
}

/** So many of each value, one group after the other: hanging together as much as they can. */
export function inTurn(...groups: Groups): Sample {
  return series(groups.flatMap(([count, value]) => new Array<number>(count).fill(value)));
}

/** Values at 100 a second. */
export function series(values: number[]): Sample {
  return { is: 'sample', values: Float64Array.from(values), at: Float64Array.from(values.keys(), (i) => i * STEP_NS) };
}

/** A ratio that tells its samples in order: those of the values that are 1 are hits. */
export function hitSeries({ values, at }: Sample): Estimate {
  const hit = Uint8Array.from(values);
  return { is: 'ratio', hits: hit.reduce((a, b) => a + b, 0), of: hit.length, series: { hit, at } };
}

/** An instrument that has nothing to say against itself. */
export const FINE: JudgedCell['instrument'] = { state: 'valid', reasons: [], farIsOurs: false };

/** A cell that completed, on time. */
export function completed(estimate: Estimate): JudgedCell {
  const sendLateness = spread([200, 0.02]);
  return { status: 'completed', error: null, estimate, bound: null, sendLateness, busyRatio: null, instrument: FINE };
}

/** What is asked of a link, a cell for each round: "rtt_ms p99 <= 20". */
export function asked(text: string, metric: Metric, results: JudgedCell[], more: Partial<PlanRequirement> = {}): Asked {
  const cells = results.map((_, i) => planCell('here', 'fra', 'tcp-echo', { round: i + 1 }));
  const requirement = { ...planRequirement('R1', text, cells), ...more };
  const rounds = results.map((judged, i) => ({ cell: cells[i] ?? planCell('', '', ''), judged }));
  const link = { probe: 'tcp-echo', from: 'here', to: 'fra', family: 'fra' };
  return { requirement, metric, ...link, rounds, judgedOn: null, word: null };
}

/** The verdict on one requirement that is alone in its family. */
export function verdictOn(about: Asked): Verdict {
  const [verdict] = judge([find(about)]);
  if (verdict === undefined) throw new Error('there is no verdict');
  return verdict;
}

/** A cell that nothing answered. */
export const UNREACHABLE: JudgedCell = {
  ...completed({ is: 'missing', why: 'nothing was sent' }),
  status: 'failed',
  error: { code: 'NETPROBE_CONNECT_REFUSED', origin: 'target', message: 'as it was' },
};
