import { describe, expect, it } from 'vitest';
import type { Estimate } from '../../src/contract/estimate.ts';
import type { Metric } from '../../src/contract/kind.ts';
import { roundTo } from '../../src/stats/round.ts';
import { oneStream, streamEstimates } from '../../src/stats/stream-delays.ts';
import { summarise } from '../../src/stats/summary.ts';
import { parseScenario, type Scenario, scenarios } from './read.ts';

const STEP_NS = 10_000_000;
const NS_PER_MS = 1e6;

function series(values: Scenario['values']) {
  return {
    values: Float64Array.from(values, (value) => (value === 'lost' ? Infinity : value)),
    at: Float64Array.from(values.keys(), (i) => i * STEP_NS),
  };
}

/** As a scenario writes it. */
function written(estimate: Estimate): { values: (number | 'lost')[]; at: number[] } {
  if (estimate.is !== 'sample') return { values: [], at: [] };
  return {
    values: Array.from(estimate.values, (value) => (value === Infinity ? 'lost' : roundTo(value, 'ms'))),
    at: Array.from(estimate.at, (at) => at / STEP_NS),
  };
}

describe.each(scenarios())('scenario %s', (_, scenario) => {
  const { values, at } = series(scenario.values);

  it(`gives the figures computed independently: ${scenario.title}`, () => {
    const metric: Metric = { ...scenario.metric, form: 'sample', doc: '' };
    const figure = summarise({ is: 'sample', values, at }, metric);
    expect(figure).toStrictEqual(scenario.figure);
    expect(JSON.stringify(figure)).toBe(JSON.stringify(summarise({ is: 'sample', values, at }, metric)));
  });

  const { variation } = scenario;
  if (variation === undefined) return;

  it('gives the delay variation computed independently', () => {
    const stream = oneStream(values.length);
    const told = streamEstimates(
      values.map((ms) => ms * NS_PER_MS),
      stream,
      at,
      stream.seq,
    );
    const jitter = told.jitter_rfc3550_ms;
    expect(written(told.ipdv_ms)).toEqual({ values: variation.ipdv_ms, at: variation.ipdv_at });
    expect(written(told.ipdv_abs_ms)).toEqual({ values: variation.ipdv_abs_ms, at: variation.ipdv_at });
    expect(written(told.pdv_ms).values).toEqual(variation.pdv_ms);
    expect(jitter.is === 'scalar' ? roundTo(jitter.value, 'ms') : null).toBe(variation.jitter_rfc3550_ms);
  });
});

describe('a scenario file', () => {
  const valid = {
    title: 'one',
    source: 'by hand: the one value is its own minimum',
    metric: { unit: 'ms', better: 'lower' },
    values: [1],
    figure: { n: 1, min: 1, mean: 1, stddev: null, max: 1 },
  };

  it('is read when it has the known keys', () => {
    expect(parseScenario(JSON.stringify(valid)).values).toEqual([1]);
  });

  it.each([
    ['at the top', { ...valid, expects: {} }],
    ['in the metric', { ...valid, metric: { ...valid.metric, form: 'sample' } }],
    ['in the variation', { ...valid, variation: { ipdv: [] } }],
  ])('is refused for an unknown key %s', (_, file) => {
    expect(() => parseScenario(JSON.stringify(file))).toThrow(/Invalid/);
  });

  it('is refused when it does not say how its results were computed', () => {
    expect(() => parseScenario(JSON.stringify({ ...valid, source: undefined }))).toThrow(/source/);
  });
});
