import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { suiteJsonSchema } from './json-schema.ts';

let errorsOf: (document: unknown) => string[];

beforeAll(async () => {
  const validate = new Ajv({ allErrors: true }).compile((await suiteJsonSchema(testKinds)) as object);
  errorsOf = (document) =>
    validate(document) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
});

function fixture(name: string): unknown {
  return parse(readFileSync(new URL(`../../fixtures/suites/${name}.yaml`, import.meta.url), 'utf8'));
}

const sites = { a: { agent: 'embedded' } };
const minimal = { netprobe: 1, sites, suite: ['tcp-connect'] };

describe('the JSON Schema of sites.yaml', () => {
  test('takes the quick start', () => expect(errorsOf(fixture('quickstart'))).toEqual([]));

  test.each(['bad-key', 'bad-unit', 'bad-site'])('refuses %s', (name) =>
    expect(errorsOf(fixture(name))).not.toEqual([]),
  );

  test.each([
    minimal,
    { ...minimal, suite: [{ 'tcp-echo': null }, { 'tcp-echo': { rate: '5/s' } }] },
    { ...minimal, suite: [{ 'http-request': { headers: { a: 'x', b: { env: 'X' } }, body: { file: 'f' } } }] },
    { ...minimal, sites: { here: null, ...sites } },
    { ...minimal, require: [{ id: 'R1', that: 'rtt_ms p99 <= 20', links: 'here -> a' }] },
  ])('takes %j', (document) => expect(errorsOf(document)).toEqual([]));

  test.each([
    {},
    [],
    { ...minimal, netprobe: 2 },
    { ...minimal, extra: 1 },
    { ...minimal, rounds: 0 },
    { ...minimal, sites: { A: { agent: 'embedded' } } },
    { ...minimal, sites: { a: { agnet: 'embedded' } } },
    { ...minimal, sites: { a: { agent: 'embedded', token: { held: '1' } } } },
    { ...minimal, sites: { a: { agent: 'embedded', capacity: 10 } } },
    { ...minimal, suite: [] },
    { ...minimal, suite: ['tcp-ecko'] },
    { ...minimal, suite: [{ 'tcp-echo': {}, 'tcp-connect': {} }] },
    { ...minimal, suite: [{ 'tcp-echo': { rat: '5/s' } }] },
    { ...minimal, suite: [{ 'tcp-echo': { rate: 5 } }] },
    { ...minimal, suite: [{ 'tcp-throughput': { direction: 'up' } }] },
    { ...minimal, require: [{ id: 'R1' }] },
    { ...minimal, require: [{ id: 'R 1', that: 'x' }] },
  ])('refuses %j', (document) => expect(errorsOf(document)).not.toEqual([]));

  test('names every probe', async () => {
    const text = JSON.stringify(await suiteJsonSchema(testKinds));
    for (const kind of testKinds.keys()) expect(text).toContain(`"${kind}"`);
  });
});
