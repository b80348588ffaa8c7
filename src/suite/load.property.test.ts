import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { NetprobeError } from '../contract/error.ts';
import { parseSuite } from './load.ts';
import { makePlan } from './plan.ts';

/** Reads a text as a run would, up to the plan; only a NetprobeError that is not a bug may come out of it. */
function read(text: string): 'plan' | 'refused' {
  try {
    const suite = parseSuite(text, 'sites.yaml', testKinds);
    JSON.stringify(makePlan(suite, new Map(), testKinds, { name: 'netprobe', version: '0' }));
    return 'plan';
  } catch (error) {
    if (!(error instanceof NetprobeError) || error.code === 'NETPROBE_INTERNAL') throw error;
    expect(error.message).toMatch(/^sites\.yaml:\d+:\d+: /);
    return 'refused';
  }
}

test('any text is a suite or is refused', () => {
  const yamlish = fc.array(
    fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a ',
      '*a',
      '!x ',
      '# ',
      '|',
      '>',
      '? ',
      '---\n',
      '\t',
      '%',
      '@',
      '<<: ',
      'netprobe: 1',
      'sites:',
      'suite:',
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        yamlish.map((parts) => parts.join('')),
      ),
      (text) => void read(text),
    ),
    { numRuns: 2000 },
  );
});

test('any JSON is a suite or is refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => void read(JSON.stringify(value))),
    { numRuns: 500 },
  );
});

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('embedded', 'tcp-echo', 'here -> *', '10s', '__proto__', null),
);
const mostly = <T>(good: fc.Arbitrary<T>) => fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: junk });

const site = fc.record(
  {
    agent: mostly(fc.constantFrom('embedded', 'netprobe://h:1', '[::1]:1')),
    role: mostly(fc.constantFrom('candidate', 'own')),
    token: mostly(fc.oneof(fc.string(), fc.constant({ env: 'X' }))),
    targets: mostly(
      fc.record(
        { tcp: mostly(fc.constant('h:1')), http: mostly(fc.webUrl({ withQueryParameters: true })) },
        { requiredKeys: [] },
      ),
    ),
    capacity: mostly(fc.constant('5 Gbit/s')),
  },
  { requiredKeys: ['agent'] },
);
const entry = mostly(
  fc.oneof(
    fc.constantFrom(...testKinds.keys()),
    fc.record({
      'tcp-echo': mostly(
        fc.record(
          { count: mostly(fc.integer({ min: 1, max: 9 })), rate: mostly(fc.constant('5/s')) },
          { requiredKeys: [] },
        ),
      ),
    }),
    fc.record({
      'http-request': mostly(
        fc.record({ headers: mostly(fc.dictionary(fc.string(), mostly(fc.string()))) }, { requiredKeys: [] }),
      ),
    }),
  ),
);
const requirement = fc.record(
  {
    id: mostly(fc.stringMatching(/^R\d{1,4}$/)),
    probe: mostly(fc.constantFrom(...testKinds.keys())),
    that: mostly(fc.constantFrom('rtt_ms p99 <= 20', 'failure_ratio <= 1%', 'goodput_rev_bps p5 >= 1 Mbit/s')),
    links: mostly(fc.constantFrom('here -> a', 'here -> *')),
  },
  { requiredKeys: ['id', 'probe', 'that'] },
);
const document = fc.record(
  {
    netprobe: mostly(fc.constant(1)),
    title: mostly(fc.string({ minLength: 1 })),
    seed: mostly(fc.nat()),
    rounds: mostly(fc.integer({ min: 1, max: 3 })),
    sites: mostly(fc.record({ a: mostly(site), b: mostly(site), here: junk }, { requiredKeys: ['a'] })),
    links: mostly(
      fc.array(mostly(fc.constantFrom('here -> *', 'here -> a', 'a -> b')), { minLength: 1, maxLength: 3 }),
    ),
    suite: mostly(fc.array(entry, { minLength: 1, maxLength: 4 })),
    require: mostly(fc.array(mostly(requirement), { maxLength: 3 })),
  },
  { requiredKeys: ['netprobe', 'sites', 'suite'] },
);

test('a document that is nearly right is a suite or is refused', () => {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(
      document,
      fc.boolean(),
      (value, json) => void outcomes.add(read(json ? JSON.stringify(value) : stringify(value))),
    ),
    { numRuns: 1500 },
  );
  expect(outcomes).toEqual(new Set(['plan', 'refused']));
}, 60_000);
