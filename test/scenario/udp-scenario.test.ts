import { describe, expect, it } from 'vitest';
import { udpEcho } from '../../probes/udp-echo/index.ts';
import type { Estimate } from '../../src/contract/estimate.ts';
import type { Metric } from '../../src/contract/kind.ts';
import { roundTo } from '../../src/stats/round.ts';
import { summarise } from '../../src/stats/summary.ts';
import { reduceUdp } from './udp-cell.ts';
import { type Expected, type UdpScenario, udpScenarios } from './udp-read.ts';

const METRICS: Record<string, Metric> = udpEcho.metrics;

function reduced({ options, facts, rows, agent }: UdpScenario) {
  const { reflect = [], ...near } = rows;
  return reduceUdp({ options, facts, rows: { ...near, reflect }, agent });
}

/** An estimate in the words of the expectation. */
function told(estimate: Estimate, metric: Metric, expected: Expected): unknown {
  if (estimate.is === 'missing') return { missing: estimate.why };
  if (estimate.is === 'ratio') return { hits: estimate.hits, of: estimate.of };
  if (estimate.is === 'scalar') return { value: roundTo(estimate.value, metric.unit) };
  const values = Array.from(estimate.values, (value) => (value === Infinity ? 'lost' : roundTo(value, metric.unit)));
  if ('values' in expected) return { values };
  const figure = summarise(estimate, metric);
  return { ...figure, lost: values.filter((value) => value === 'lost').length };
}

function check(estimate: Estimate, metric: Metric, expected: Expected): void {
  const actual = told(estimate, metric, expected);
  if ('missing' in expected) expect(actual).toEqual({ missing: expect.stringContaining(expected.missing) });
  else if (!('within' in expected) || expected.within === undefined) expect(actual).toMatchObject(expected);
  else {
    const { within, ...figures } = expected;
    for (const [name, value] of Object.entries(figures)) {
      const figure = (actual as Record<string, number>)[name] ?? Number.NaN;
      expect(Math.abs(figure - Number(value)), `${name}: ${figure} for ${value}`).toBeLessThanOrEqual(within);
    }
  }
}

describe.each(udpScenarios())('UDP scenario %s', (_, scenario) => {
  const { counts, metrics, judged, bounds, notes, flows } = reduced(scenario);

  it(`counts what the history tells: ${scenario.title}`, () => {
    expect(counts).toEqual({ ...scenario.counts, omitted: 0 });
    expect(notes).toEqual(scenario.notes);
  });

  it.each(Object.entries(scenario.metrics))('gives %s', (title, expected) => {
    const name = title.replace('judged ', '') as keyof typeof metrics;
    const estimate = title === name ? metrics[name] : judged?.[name]?.estimate;
    check(estimate ?? { is: 'missing', why: 'there is none' }, METRICS[name] as Metric, expected);
  });

  it('gives the same again', () => {
    expect(reduced(scenario)).toEqual({
      counts,
      metrics,
      judged,
      bounds,
      notes,
      flows,
      sendLateness: expect.anything(),
    });
  });

  it.each(scenario.flows ?? [])('tells $label apart', (expected) => {
    const flow = flows?.find(({ label }) => label === expected.label);
    expect(flow?.counts).toEqual({ ...expected.counts, omitted: 0 });
    for (const [name, figures] of Object.entries(expected.metrics))
      check(flow?.metrics[name] ?? { is: 'missing', why: 'there is none' }, METRICS[name] as Metric, figures);
  });
});

describe('all scenarios together', () => {
  it('expect something of every metric but the look-up', () => {
    const expected = new Set(udpScenarios().flatMap(([, { metrics }]) => Object.keys(metrics)));
    const unexpected = Object.keys(METRICS).filter((name) => !expected.has(name));
    expect(unexpected).toEqual(['dns_ms']);
  });
});
