import type { Metric } from '../contract/kind.ts';
import type { Comparison, Statistic } from '../contract/plan.ts';
import { toMetricUnit, unitWords } from './thresholds.ts';

// that: <metric> [pNN[.NN]] <op> <number> [unit]
const THAT =
  /^\s*([^\s<>=]+)(?:\s+([^\s<>=]+))?\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?)\s*([^\s\d<>=].*?)?\s*$/;
const EXPONENT = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;
const QUANTILE = /^p(\d{1,2}(?:\.\d{1,6})?)$/;

/** What `that` says, before anything is known of the metric. */
export interface That {
  metric: string;
  statistic: string | undefined;
  comparison: Comparison;
  /** As written, perhaps with an exponent. */
  number: string;
  unit: string | undefined;
}

export interface Judgement {
  statistic: Statistic;
  comparison: Comparison;
  /** In the metric's own unit. */
  threshold: number;
}

export interface Refusal {
  message: string;
  expected: string;
}

/** Takes a `that` line apart; undefined when it is not one. */
export function parseThat(text: string): That | undefined {
  const match = THAT.exec(text);
  if (match === null) return undefined;
  const [, metric = '', statistic, comparison, number = '', unit] = match;
  return { metric, statistic, comparison: comparison as Comparison, number, unit };
}

/** What a `that` line means for its metric, or why it cannot be judged. */
export function judgementOf(that: That, metric: Metric): Judgement | Refusal {
  const statistic = statisticOf(that, metric);
  if ('message' in statistic) return statistic;
  const direction = wrongDirection(that, metric);
  if (direction !== undefined) return direction;
  const threshold = toMetricUnit(withoutExponent(that.number), that.unit, metric.unit);
  if (threshold === undefined) {
    const unit = that.unit === undefined ? that.number : `${that.number} ${that.unit}`;
    return {
      message: `${that.metric} cannot be compared with ${JSON.stringify(unit)}`,
      expected: unitWords(metric.unit),
    };
  }
  return { statistic, comparison: that.comparison, threshold };
}

/** The same number in plain digits, so that a unit's power of ten is applied to it exactly. */
function withoutExponent(number: string): string {
  const match = EXPONENT.exec(number);
  if (match === null) return number;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function statisticOf({ metric: name, statistic }: That, metric: Metric): Statistic | Refusal {
  if (metric.form === 'scalar') {
    return {
      message: `${name} is a single value, which this version does not judge`,
      expected: 'a quantile of a sample metric, or a ratio',
    };
  }
  if (metric.form === 'ratio') {
    if (statistic === undefined) return { is: 'ratio' };
    return {
      message: `${name} is a ratio, which has no ${statistic}`,
      expected: `${name} alone, as in ${name} <= 0.1%`,
    };
  }
  if (statistic === undefined) {
    return { message: `${name} is a sample of many values`, expected: `a quantile of it, as in ${name} p99` };
  }
  const digits = QUANTILE.exec(statistic)?.[1];
  const percent = Number(digits);
  if (digits !== undefined && percent > 0) return { is: 'quantile', p: Number(`${digits}e-2`), name: `p${percent}` };
  return {
    message: `${JSON.stringify(statistic)} cannot be judged in this version`,
    expected: 'a quantile of a sample metric, such as p50 or p99.9 (more than 0, less than 100), or a ratio',
  };
}

/** A limit on the good side says nothing: "goodput p5 <= 5 Gbit/s" would fail the fast. */
function wrongDirection({ metric: name, comparison }: That, metric: Metric): Refusal | undefined {
  const ceiling = comparison === '<=' || comparison === '<';
  if (metric.better === 'neither' || ceiling === (metric.better === 'lower')) return undefined;
  return ceiling
    ? { message: `more is better for ${name}, so its limit is a floor`, expected: '>= or >' }
    : { message: `less is better for ${name}, so its limit is a ceiling`, expected: '<= or <' };
}
