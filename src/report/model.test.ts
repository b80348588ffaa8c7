import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeRegistry } from '../../test/support/fake-kinds.ts';
import { writeFakeRun } from '../../test/support/fake-run.ts';
import { sampleRun } from '../../test/support/sample-run.ts';
import type { Metric } from '../contract/kind.ts';
import { summarise } from '../stats/summary.ts';
import { buildReport } from './build.ts';
import { type Report, ReportSchema, reportJsonSchema } from './model.ts';
import { QUANTILE_DEFINITION } from './run-facts.ts';

describe('the report schema', () => {
  let validate: (report: unknown) => boolean;
  let report: Report;

  beforeAll(async () => {
    const ajv = new Ajv({ allErrors: true, strict: true, strictTuples: false, allowUnionTypes: true });
    addFormats.default(ajv);
    validate = ajv.compile((await reportJsonSchema()) as object);
    report = await buildReport(await writeFakeRun(sampleRun()), fakeRegistry);
  });

  it('takes a report that was built, as JSON Schema too', () => {
    expect(v.safeParse(ReportSchema, report).success).toBe(true);
    expect(validate(report)).toBe(true);
  });

  it('has its keys in the order of the schema, whatever order they came in', () => {
    const reversed = Object.fromEntries(Object.entries(report).reverse());
    expect(JSON.stringify(v.parse(ReportSchema, reversed))).toBe(JSON.stringify(report));
    expect(Object.keys(report)).toEqual(Object.keys(ReportSchema.entries));
  });

  it.each(['lower', 'higher', 'neither'] as const)('takes every figure that statistics make (better: %s)', (better) => {
    const metric: Metric = { unit: 'ms', better, form: 'sample', doc: '' };
    for (const n of [0, 1, 5000]) {
      const values = Float64Array.from({ length: n }, (_, i) => i / 7);
      const figure = summarise({ is: 'sample', values, at: values }, metric);
      const [first] = report.results;
      const changed = { ...report, results: [{ ...first, metrics: { m: figure } }] };
      expect(validate(changed)).toBe(true);
      expect(JSON.stringify(v.parse(ReportSchema, changed).results[0]?.metrics['m'])).toBe(JSON.stringify(figure));
    }
  });

  it.each([
    ['NaN', { seed: Number.NaN }],
    ['Infinity', { seed: Number.POSITIVE_INFINITY }],
    ['an unknown key', { mood: 'good' }],
    ['a time that is none', { startedAt: 'yesterday' }],
  ])('refuses %s', (_, change) => {
    expect(v.safeParse(ReportSchema, { ...report, run: { ...report.run, ...change } }).success).toBe(false);
  });

  it('refuses as JSON Schema what it refuses itself', () => {
    for (const change of [{ format: 'netprobe-report/2' }, { mood: 'good' }, { summary: null }, { results: [{}] }]) {
      expect(v.safeParse(ReportSchema, { ...report, ...change }).success).toBe(false);
      expect(validate({ ...report, ...change })).toBe(false);
    }
  });

  it('names the version of the library that computes its quantiles', async () => {
    const manifest = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: Record<string, string> };
    expect(QUANTILE_DEFINITION).toBe(`HF7 (simple-statistics ${manifest.dependencies['simple-statistics']})`);
  });
});
