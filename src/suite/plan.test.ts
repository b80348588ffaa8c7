import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testKinds } from '../../test/support/suite-kinds.ts';
import type { AgentHello } from '../contract/hello.ts';
import { parseSuite } from './load.ts';
import { type Hellos, makePlan } from './plan.ts';

const TOOL = { name: 'netprobe', version: '1.2.3' };

const HELLO: AgentHello = {
  tool: TOOL,
  wire: 1,
  kinds: [],
  limits: { durationNs: 1, connections: 1, streams: 1, payloadBytes: 1, sessions: 1, rows: 1 },
  host: { node: '20', platform: 'linux', arch: 'x64', facts: {}, missing: {} },
};

function plan(text: string, hellos: Hellos = new Map()) {
  return makePlan(parseSuite(`netprobe: 1\n${text}`, 'sites.yaml', testKinds), hellos, testKinds, TOOL);
}

const MIXED = `
sites:
  fra: { agent: "fra.example:8620", role: candidate, token: s3cret-token }
  emb: { agent: embedded }
  s3: { targets: { http: "https://u:s3cret@objects.example/health?k=s3cret", tcp: "objects.example:443" } }
  both: { agent: "[2001:db8::1]:1", targets: { http: "http://both.example/", tcp: "both.example:80" } }
suite:
  - tcp-connect
  - tcp-echo
  - http-request: { headers: { authorization: Bearer s3cret, x: { env: X } } }
  - http-throughput
  - http-throughput: { direction: reverse }
`;

describe('seats', () => {
  const { cells, notApplicable } = plan(MIXED);
  const other = (to: string, probe: string) => cells.find((cell) => cell.to === to && cell.probe === probe)?.seats[1];

  test('name this machine first', () => {
    expect(new Set(cells.map((cell) => JSON.stringify(cell.seats[0])))).toEqual(new Set(['{"site":"here"}']));
  });

  test('give a kind that needs no agent the declared target, or else the agent’s own port', () => {
    expect(other('s3', 'tcp-connect')).toEqual({ site: 's3', target: 'tcp://objects.example:443' });
    expect(other('both', 'tcp-connect')).toEqual({ site: 'both', target: 'tcp://both.example:80' });
    expect(other('fra', 'tcp-connect')).toEqual({ site: 'fra', target: 'tcp://fra.example:8620' });
    expect(other('emb', 'tcp-connect')).toEqual({ site: 'emb', target: 'embedded' });
  });

  test('give a pair the agent, unless a target is declared that the kind can measure', () => {
    expect(other('fra', 'http-request')).toEqual({ site: 'fra', agent: 'fra.example:8620' });
    expect(other('emb', 'tcp-echo')).toEqual({ site: 'emb', agent: 'embedded' });
    expect(other('both', 'http-request')).toEqual({ site: 'both', target: 'http://both.example/' });
    expect(other('both', 'tcp-echo')).toEqual({ site: 'both', agent: '[2001:db8::1]:1' });
  });

  test('fall back to the agent where the kind refuses the target', () => {
    expect(other('both', 'http-throughput')).toEqual({ site: 'both', agent: '[2001:db8::1]:1' });
    expect(other('both', 'http-throughput-2')).toEqual({ site: 'both', target: 'http://both.example/' });
  });

  test('are none where nothing fits, with the reason', () => {
    expect(notApplicable).toEqual([
      { from: 'here', to: 's3', probe: 'tcp-echo', why: 'needs an agent; s3 has none' },
      { from: 'here', to: 's3', probe: 'http-throughput', why: 'can only download from a target' },
    ]);
  });

  test('say what is missing to a kind that measures servers only', () => {
    const text =
      'sites: { w: { targets: { ws: "ws://h" } }, x: { agent: embedded } }\nsuite: [tcp-connect, http-request]';
    expect(plan(text).notApplicable.map(({ why }) => why)).toEqual([
      'needs a target (tcp); w has none',
      'needs an agent or a target (https, http); w has neither',
    ]);
  });
});

describe('cells', () => {
  const text =
    'rounds: 2\nsites: { a: { agent: embedded }, b: { agent: embedded } }\nsuite: [tcp-throughput, tcp-echo]';

  test('go by round, then by probe, then by link', () => {
    expect(plan(text).cells.map((cell) => cell.id)).toEqual([
      'here.a.tcp-throughput.r1',
      'here.b.tcp-throughput.r1',
      'here.a.tcp-echo.r1',
      'here.b.tcp-echo.r1',
      'here.a.tcp-throughput.r2',
      'here.b.tcp-throughput.r2',
      'here.a.tcp-echo.r2',
      'here.b.tcp-echo.r2',
    ]);
  });

  test('that saturate the path are for the load lane, and all are cut off 15 s after their worst case', () => {
    const [load, , quiet] = plan(text).cells;
    expect([load?.lane, load?.deadlineNs, quiet?.lane, quiet?.deadlineNs]).toEqual(['load', 27e9, 'quiet', 23e9]);
  });

  test('show effective options as they would be written', () => {
    expect(plan(text).cells[2]?.options).toEqual({
      count: 100,
      rate: '20/s',
      timeout: '3s',
      sampling: 'poisson',
      size: '64 B',
    });
  });

  test('have seeds of their own, which depend on the suite’s seed and nothing else', () => {
    const cells = plan(text).cells;
    expect(new Set(cells.map((cell) => cell.seed)).size).toBe(cells.length);
    const digest = createHash('sha256').update('1:here.a.tcp-echo.r1').digest('hex');
    expect(cells[2]?.seed).toBe(Number.parseInt(digest.slice(0, 12), 16));
    expect(plan(text.replace('tcp-throughput, ', '')).cells[0]?.seed).toBe(cells[2]?.seed);
    expect(plan(`seed: 2\n${text}`).cells[2]?.seed).not.toBe(cells[2]?.seed);
  });
});

describe('a plan', () => {
  test('holds no secret', () => {
    const made = plan(MIXED);
    expect(JSON.stringify(made)).not.toContain('s3cret');
    expect(made.sites.find((site) => site.name === 's3')?.targets).toEqual({
      http: 'https://[redacted]@objects.example/health?k=[redacted]',
      tcp: 'tcp://objects.example:443',
    });
    expect(made.cells.find((cell) => cell.probe === 'http-request')?.options['headers']).toEqual({
      authorization: { held: '2' },
      x: { env: 'X' },
    });
  });

  test('freezes what the agents said', () => {
    const error = { code: 'NETPROBE_CONNECT_REFUSED', origin: 'target', message: 'refused' } as const;
    const { sites } = plan(
      MIXED,
      new Map<string, { hello: AgentHello } | { error: typeof error }>([
        ['fra', { hello: HELLO }],
        ['both', { error }],
      ]),
    );
    expect(sites.map(({ name, agent, hello, helloError }) => [name, agent, hello, helloError])).toEqual([
      ['here', null, null, null],
      ['fra', 'fra.example:8620', HELLO, null],
      ['emb', 'embedded', null, null],
      ['s3', null, null, null],
      ['both', '[2001:db8::1]:1', null, error],
    ]);
  });

  test('has a cell also where the agent says that it lacks the kind', () => {
    expect(plan(MIXED, new Map([['fra', { hello: HELLO }]])).cells).toHaveLength(plan(MIXED).cells.length);
  });

  test('hashes the masked file', () => {
    const suite = parseSuite(`netprobe: 1\n${MIXED}`, 'sites.yaml', testKinds);
    const made = makePlan(suite, new Map(), testKinds, TOOL);
    expect(made.suiteSha256).toBe(createHash('sha256').update(suite.masked).digest('hex'));
  });

  test('resolves requirements to the cells of all rounds that they judge', () => {
    const made = plan(`rounds: 2
sites: { a: { agent: embedded }, s3: { targets: { tcp: "h:1" } } }
suite: [tcp-echo, { tcp-echo: { size: 1 KiB } }, tcp-throughput]
require:
  - { id: R1, clause: "4.2", level: should, probe: tcp-echo, that: "rtt_ms p99 <= 20 ms", on_unreachable: inconclusive }
  - { id: R2, probe: tcp-echo-2, that: "failure_ratio <= 1%" }
`);
    expect(made.requirements).toEqual([
      {
        id: 'R1',
        clause: '4.2',
        level: 'should',
        probe: 'tcp-echo',
        metric: 'rtt_ms',
        statistic: { is: 'quantile', p: 0.99, name: 'p99' },
        comparison: '<=',
        threshold: 20,
        text: 'rtt_ms p99 <= 20 ms',
        onUnreachable: 'inconclusive',
        maxWithheld: 0.05,
        cells: ['here.a.tcp-echo.r1', 'here.a.tcp-echo-2.r1', 'here.a.tcp-echo.r2', 'here.a.tcp-echo-2.r2'],
      },
      expect.objectContaining({
        id: 'R2',
        statistic: { is: 'ratio' },
        cells: ['here.a.tcp-echo-2.r1', 'here.a.tcp-echo-2.r2'],
      }),
    ]);
  });

  test('is plain data and a pure function of the suite and the hellos', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { minLength: 1, maxLength: 5 });
    const probes = fc.array(fc.constantFrom(...testKinds.keys()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(names, probes, fc.nat(), (sites, suite, seed) => {
        fc.pre(sites.some((name) => name !== 'here'));
        const declared = Object.fromEntries(sites.map((name) => [name, { agent: 'embedded' }]));
        const text = [`seed: ${seed}`, `sites: ${JSON.stringify(declared)}`, `suite: ${JSON.stringify(suite)}`].join(
          '\n',
        );
        const make = () => plan(text);
        const made = make();
        expect(make()).toEqual(made);
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
        expect(new Set(made.cells.map((cell) => cell.id)).size).toBe(made.cells.length);
      }),
      { numRuns: 30 },
    );
  });
});
