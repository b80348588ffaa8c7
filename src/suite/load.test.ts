import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { NetprobeError } from '../contract/error.ts';
import type { Registry } from '../contract/kind.ts';
import { loadSuite, parseSuite } from './load.ts';
import { SuiteProblems } from './problems.ts';
import type { Suite } from './suite.ts';

function parse(text: string, registry: Registry = testKinds): Suite {
  return parseSuite(text, 'sites.yaml', registry);
}

/** The lines of what is wrong with a text. */
function problems(text: string, code = 'NETPROBE_SUITE_INVALID'): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof SuiteProblems)) throw error;
    expect(error.code).toBe(code);
    return error.message.split('\n').map((line) => line.replace(/^sites\.yaml:/, ''));
  }
  return [];
}

/** A small valid file with some of its parts replaced. */
function file(parts: { head?: string; sites?: string; links?: string; suite?: string; require?: string } = {}): string {
  const { head = 'netprobe: 1', sites = '{ alpha: { agent: embedded }, beta: { agent: embedded } }' } = parts;
  const lines = [
    head,
    `sites: ${sites}`,
    `links: ${parts.links ?? '[here -> *]'}`,
    `suite: ${parts.suite ?? '[tcp-echo]'}`,
  ];
  return [...lines, ...(parts.require === undefined ? [] : [`require: ${parts.require}`])].join('\n');
}

describe('a suite', () => {
  test('has defaults for what is left out', () => {
    const {
      vault: _,
      masked: __,
      ...suite
    } = parse('netprobe: 1\nsites: { alpha: { agent: embedded } }\nsuite: [tcp-connect]');
    expect(suite).toMatchObject({ fileName: 'sites.yaml', title: null, seed: 1, rounds: 1, requirements: [] });
    expect(suite.links).toEqual([{ from: 'here', to: 'alpha' }]);
    expect(suite.sites.map((site) => site.name)).toEqual(['here', 'alpha']);
  });

  test('reads every key of a site', () => {
    const site = parse(
      file({
        sites: `
  fra:
    role: candidate
    provider: NeoCloud
    location: { country: DE, city: Frankfurt, lat: 50.11, lon: 8.68, accuracy_km: 5 }
    agent: "netprobe://FRA.neo.example"
    token: { env: FRA_TOKEN }
    targets: { tcp: "objects.example:443", http: "https://u:p@objects.example/health?k=v", ws: "ws://[::1]:80/x" }
    family: 6
    capacity: 10 Gbit/s`,
      }),
    ).sites[1];
    expect(site).toEqual({
      name: 'fra',
      role: 'candidate',
      provider: 'NeoCloud',
      location: { country: 'DE', city: 'Frankfurt', lat: 50.11, lon: 8.68, accuracy_km: 5 },
      agent: 'fra.neo.example:8620',
      token: { env: 'FRA_TOKEN' },
      targets: {
        tcp: 'tcp://objects.example:443',
        http: 'https://u:p@objects.example/health?k=v',
        ws: 'ws://[::1]:80/x',
      },
      family: 6,
      capacityBps: 10e9,
    });
  });

  test.each([
    ['embedded', 'embedded'],
    ['netprobe://203.0.113.7:1', '203.0.113.7:1'],
    ['netprobe://[2001:db8::1]', '[2001:db8::1]:8620'],
    ['netprobe://host/', 'host:8620'],
    ['host:8620', 'host:8620'],
  ])('takes the agent %s', (agent, address) => {
    expect(parse(file({ sites: `{ a: { agent: "${agent}" } }` })).sites[1]?.agent).toBe(address);
  });

  test('keeps here in its place when the file declares it, without an agent of its own', () => {
    const { sites } = parse(
      file({ sites: '{ a: { agent: embedded }, here: { agent: embedded, provider: Me }, b: { agent: embedded } }' }),
    );
    expect(sites.map((site) => [site.name, site.agent])).toEqual([
      ['a', 'embedded'],
      ['here', null],
      ['b', 'embedded'],
    ]);
    expect(parse(file({ sites: '{ here: , a: { agent: embedded } }' })).sites).toHaveLength(2);
  });

  test('numbers the probes of one kind', () => {
    const { entries } = parse(file({ suite: '[tcp-echo, tcp-connect: , { tcp-echo: { count: 5 } }]' }));
    expect(entries.map(({ probe, kind }) => [probe, kind])).toEqual([
      ['tcp-echo', 'tcp-echo'],
      ['tcp-connect', 'tcp-connect'],
      ['tcp-echo-2', 'tcp-echo'],
    ]);
    expect(entries[2]?.options).toEqual({
      count: 5,
      rate: '20/s',
      timeout: '3s',
      sampling: 'poisson',
      size: '64 B',
    });
    expect(entries[2]?.parsed).toMatchObject({ count: 5, rate: 20, timeout: 3e9, size: 64 });
  });

  test('takes an empty require for none', () => expect(parse(file({ require: '' })).requirements).toEqual([]));
});

describe('what is wrong with a file', () => {
  test('is told all at once, in file order', () => {
    const text = file({
      head: 'netprobe: 2\nrounds: 0',
      sites: '{ A: {}, b: { agent: embedded, rol: x } }',
      links: '[here -> c]',
      suite: '[tcp-ecko]',
    });
    expect(problems(text)).toEqual([
      '1:11: wrong value for "netprobe"; expected 1, the version of this file format; found 2',
      '2:9: wrong value for "rounds"; expected a whole number from 1 to 1000; found 0',
      '3:10: wrong site name "A"; expected small letters, digits and -, at most 41, starting with a letter',
      '3:39: unknown key "rol"; expected one of role, provider, location, agent, token, targets, family, capacity; did you mean "role"?',
      '4:9: unknown site "c"; expected one of here, b or *',
      expect.stringMatching(/^5:9: unknown probe "tcp-ecko"; expected one of .*; did you mean "tcp-echo"\?$/),
    ]);
  });

  test.each(['', '# nothing', '3', '[]', 'null', '"text"'])('is that it is no map: %j', (text) => {
    expect(problems(text)).toEqual(
      ['1:1: not a sites.yaml; expected a map that starts with netprobe: 1'].map(() =>
        expect.stringContaining('not a sites.yaml'),
      ),
    );
  });

  test('is what is missing at the top', () => {
    expect(problems('title: x')).toEqual([
      '1:1: missing key "netprobe"',
      '1:1: missing key "sites"',
      '1:1: missing key "suite"',
    ]);
  });

  test('is YAML that repeats a site', () => {
    const text = 'netprobe: 1\nsites:\n  fra: { agent: embedded }\n  fra: { agent: embedded }\nsuite: [tcp-echo]';
    expect(problems(text, 'NETPROBE_SUITE_SYNTAX')).toEqual(['4:3: the key "fra" is there twice in this map']);
  });

  test('is cut off after a hundred', () => {
    const lines = problems(`netprobe: 1\n${Array.from({ length: 150 }, (_, i) => `x${i}: 1`).join('\n')}`);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe(' and 52 more problems');
  });

  test('is available as data', () => {
    const read = () => parse(file({ suite: '[{ tcp-echo: { rat: 1/s } }]' }));
    expect(read).toThrow(
      expect.objectContaining({
        code: 'NETPROBE_SUITE_INVALID',
        problems: [
          {
            line: 4,
            column: 23,
            message: 'unknown key "rat"',
            expected: 'one of count, duration, rate, timeout, sampling, size',
            suggestion: 'rate',
          },
        ],
      }),
    );
  });
});

describe('a site is refused', () => {
  test.each([
    [
      '{ agent: "netprobe://h:99999" }',
      '2:22: wrong value for "agent"; expected a port from 1 to 65535; found "netprobe://h:99999"',
    ],
    [
      '{ agent: "netprobe://h?pin=sha256:x" }',
      '2:22: wrong value for "agent"; expected an agent without ?pin=: pinned TLS agents come in a later version; found "netprobe://h?pin=[redacted]"',
    ],
    [
      '{ agent: embeded }',
      '2:22: wrong value for "agent"; expected embedded, netprobe://host:port or host:port; found "embeded"',
    ],
    ['{ agent: "https://h:1" }', expect.stringContaining('2:22: wrong value for "agent"')],
    ['{ agent: "u:secret@h:1" }', expect.stringContaining('found "[redacted]@h:1"')],
    ['{ provider: x }', '2:10: nothing to measure at "a"; expected an agent, or targets with tcp, http, ws or stamp'],
    ['{ targets: {} }', '2:10: nothing to measure at "a"; expected an agent, or targets with tcp, http, ws or stamp'],
    ['{ targets: { tcp: objects.example } }', expect.stringContaining('expected a port, as in host:443')],
    ['{ targets: { tcp: "h:0" } }', expect.stringContaining('2:31: wrong value for "targets.tcp"; expected a port')],
    [
      '{ targets: { http: "ftp://h" } }',
      expect.stringContaining('expected a URL that starts with http:// or https://'),
    ],
    [
      '{ targets: { http: "http://h:99999/?k=s3cret" } }',
      expect.stringContaining('found "http://h:99999/?k=[redacted]"'),
    ],
    ['{ targets: { ws: "http://h" } }', expect.stringContaining('expected a URL that starts with ws:// or wss://')],
    ['{ targets: { http: "http://" } }', expect.stringContaining('wrong value for "targets.http"')],
    [
      '{ targets: { https: "https://h" } }',
      expect.stringContaining('unknown key "https"; expected one of tcp, http, ws, stamp; did you mean "http"?'),
    ],
    ['{ targets: ["h:1"] }', expect.stringContaining('wrong value for "targets"; expected a map; found a list')],
    ['{ agent: embedded, family: 5 }', expect.stringContaining('expected 4 or 6; found 5')],
    ['{ agent: embedded, capacity: 10 }', expect.stringContaining('expected a bandwidth such as 500 Mbit/s')],
    [
      '{ agent: embedded, location: { lat: 91 } }',
      expect.stringContaining('expected a number from -90 to 90; found 91'),
    ],
    ['{ agent: embedded, provider: "a\\nb" }', expect.stringContaining('on one line')],
    [
      '{ agent: embedded, token: { envv: X } }',
      expect.stringContaining('expected a text, { env: NAME } or { file: PATH }; found a map'),
    ],
    [
      '{ agent: embedded, token: 12345678 }',
      expect.stringContaining(
        'wrong value for "token"; expected a text, { env: NAME } or { file: PATH }; found a number',
      ),
    ],
    ['s3cret', expect.stringContaining('expected a map; found a text')],
    ['{ agent: embedded, <<: { role: own } }', expect.stringContaining('unknown key "<<"')],
  ])('when it is %s', (site, line) => expect(problems(file({ sites: `{ a: ${site} }` }))).toEqual([line]));

  test.each(['Fra', '1a', 'a.b', 'constructor', 'prototype', '__proto__', 'a'.repeat(42), ''])(
    'when its name is %j',
    (name) => {
      expect(problems(file({ sites: `{ "${name}": { agent: embedded }, b: { agent: embedded } }` }))).toHaveLength(1);
    },
  );

  test('when here is more than a source', () => {
    const sites = '{ here: { agent: "h:1", targets: { tcp: "h:1" }, token: abcd }, a: { agent: embedded } }';
    expect(problems(file({ sites }))).toEqual([
      expect.stringContaining('"agent" is not for here'),
      expect.stringContaining('"targets" is not for here'),
      expect.stringContaining('"token" is not for here'),
    ]);
  });

  test('when there is none but here', () => {
    expect(problems(file({ sites: '{ here: }' }))).toEqual([
      '2:8: no site to measure; expected at least one site other than here',
    ]);
    expect(problems(file({ sites: '[a]' }))[0]).toContain('expected a map of names to sites');
  });
});

describe('links', () => {
  const pairs = (links: string) => parse(file({ links })).links.map(({ from, to }) => `${from} ${to}`);

  test('expand * to the other sites in file order, each pair once', () => {
    expect(pairs('[here -> *]')).toEqual(['here alpha', 'here beta']);
    expect(pairs('[here -> beta, here->*]')).toEqual(['here beta', 'here alpha']);
    expect(parse(file({ sites: '{ here: , a: { agent: embedded } }', links: '["* -> a"]' })).links).toHaveLength(1);
  });

  test.each([
    ['[here -> alpa]', '3:9: unknown site "alpa"; expected one of here, alpha, beta or *; did you mean "alpha"?'],
    [
      '[alpha -> beta]',
      '3:9: links must start at here in this version, and this one includes alpha -> beta; expected here -> beta',
    ],
    [
      '[here <-> alpha]',
      '3:9: links must start at here in this version, and this one includes alpha -> here; expected here -> alpha',
    ],
    [
      '[alpha -> here]',
      '3:9: links must start at here in this version, and this one includes alpha -> here; expected here -> alpha',
    ],
    ['["* -> alpha"]', expect.stringContaining('this one includes beta -> alpha')],
    ['["* <-> *"]', expect.stringContaining('links must start at here')],
    ['[here -> here]', '3:9: a link from "here" to itself; expected two different sites'],
    ['[here -> alpha, here  ->  alpha]', '3:24: the link here -> alpha is there twice, on lines 3 and 3'],
    ['[here]', '3:9: not a link; expected a link such as here -> fra or here -> *; found "here"'],
    ['["mesh [here, alpha]"]', expect.stringContaining('meshes come in a later version')],
    ['[{ here: alpha }]', expect.stringContaining('found a map')],
    ['[3]', expect.stringContaining('not a link')],
    ['[]', '3:8: wrong value for "links"; expected a list of 1 to 1000 links'],
    ['here -> alpha', '3:8: wrong value for "links"; expected a list of 1 to 1000 links'],
  ])('are refused as in %s', (links, line) => expect(problems(file({ links }))).toEqual([line]));
});

describe('probes', () => {
  test.each([
    [
      '[{ tcp-echo: { count: 10, rat: 5/s } }]',
      '4:34: unknown key "rat"; expected one of count, duration, rate, timeout, sampling, size; did you mean "rate"?',
    ],
    [
      '[{ tcp-echo: { rate: 20 } }]',
      expect.stringContaining('wrong value for "rate"; expected a rate such as 100/s or 30/min'),
    ],
    [
      '[{ tcp-echo: { count: 1, duration: 1s } }]',
      expect.stringContaining('expected either count or duration, not both'),
    ],
    [
      '[{ ws-echo: { type: binry } }]',
      expect.stringContaining('expected binary or text; found "binry"; did you mean "binary"?'),
    ],
    ['[{ tcp-throughput: { direction: forwad } }]', expect.stringContaining('found "forwad"; did you mean "forward"?')],
    ['[{ http-request: { expect: { stats: 1 } } }]', expect.stringContaining('unknown key "stats"; expected status')],
    [
      '[{ http-request: { headers: [a] } }]',
      expect.stringContaining('wrong value for "headers"; expected a map; found a list'),
    ],
    ['[{ tcp-echo: 3 }]', '4:21: wrong value for "tcp-echo"; expected a map of options; found 3'],
    ['[{ tcp-echo: [] }]', expect.stringContaining('expected a map of options; found a list')],
    ['[tcp-ecko]', expect.stringContaining('did you mean "tcp-echo"?')],
    [
      '[{ tcp-echo: , count: 10 }]',
      expect.stringContaining('options belong below the probe, indented deeper; found a map of 2 keys'),
    ],
    ['[{}]', expect.stringContaining('not a probe; expected one probe')],
    ['[3]', expect.stringContaining('not a probe')],
    ['[__proto__]', expect.stringContaining('unknown probe')],
    ['[]', expect.stringContaining('expected a list of 1 to 1000 probes')],
    ['tcp-echo', expect.stringContaining('expected a list of 1 to 1000 probes')],
  ])('are refused as in %s', (suite, line) => expect(problems(file({ suite }))).toEqual([line]));

  test('are at most a hundred thousand cells', () => {
    const suite = `[${Array.from({ length: 100 }, () => 'tcp-echo').join(', ')}]`;
    expect(problems(file({ head: 'netprobe: 1\nrounds: 1000', suite }))).toEqual([
      '5:1: 1000 rounds of 100 probes on 2 links are 200000 cells; expected at most 100000',
    ]);
  });
});

describe('secrets', () => {
  const suite = '[{ http-request: { headers: { authorization: Bearer s3cret }, body: "s3cret body" } }]';
  const sites = '{ a: { agent: embedded, token: s3cret-token } }';

  test('that are literal are references before anything else sees them', () => {
    const read = parse(file({ suite, sites }));
    expect(JSON.stringify([read.sites, read.entries])).not.toContain('s3cret');
    expect(read.sites[1]?.token).toEqual({ held: '1' });
    expect(read.vault.open({ held: '1' })).toBe('s3cret-token');
    expect(read.vault.reveal(read.entries[0]?.options ?? null, ['headers.*', 'body'])).toMatchObject({
      headers: { authorization: 'Bearer s3cret' },
      body: 's3cret body',
    });
  });

  test.each([
    '{ headers: { authorization: s3cret }, rate: 5 }',
    '{ headers: s3cret }',
    '{ headers: [s3cret] }',
    '{ headers: { a: [s3cret] } }',
    '{ headers: { a: { env: s3cret, file: s3cret } } }',
    '{ body: { held: s3cret } }',
    's3cret',
    '[s3cret]',
  ])('are not shown in what is said about %s', (options) => {
    const lines = problems(file({ suite: `[{ http-request: ${options} }]` }));
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain('s3cret');
  });

  test('that are wrong tokens are not shown', () => {
    for (const token of ['[s3cret]', '{ held: s3cret }', '{ env: s3cret, x: 1 }'])
      expect(problems(file({ sites: `{ a: { agent: embedded, token: ${token} } }` })).join()).toMatch(
        /^(?!.*s3cret).+$/,
      );
  });

  test('in the user info of target URLs are removed from texts', () => {
    const { vault } = parse(
      file({ sites: '{ a: { targets: { http: "https://ann:p%40ssword@h/" } } }', suite: '[http-request]' }),
    );
    expect(vault.scrub('no p%40ssword, no p@ssword')).toBe('no [redacted], no [redacted]');
  });
});

describe('requirements', () => {
  const twoEchoes = '[tcp-echo, { tcp-echo: { size: 1 KiB } }, tcp-throughput]';

  test('have defaults, and cover all links and all entries of the kind', () => {
    const read = parse(
      file({ suite: twoEchoes, require: '[{ id: R1, probe: tcp-echo, that: " rtt_ms p99 <= 20 " }]' }),
    );
    expect(read.requirements).toEqual([
      {
        id: 'R1',
        clause: null,
        level: 'must',
        probe: 'tcp-echo',
        probes: ['tcp-echo', 'tcp-echo-2'],
        links: read.links,
        metric: 'rtt_ms',
        statistic: { is: 'quantile', p: 0.99, name: 'p99' },
        comparison: '<=',
        threshold: 20,
        text: 'rtt_ms p99 <= 20',
        onUnreachable: 'fail',
        maxWithheld: 0.05,
      },
    ]);
  });

  test('may name one entry, some links, and leave out the probe where the metric tells it', () => {
    const { requirements } = parse(
      file({
        suite: twoEchoes,
        require: `
  - { id: A, probe: tcp-echo-2, links: here -> beta, that: "rtt_ms p99 <= 20" }
  - { id: B, links: [here -> alpha, here -> beta], that: "goodput_rev_bps p5 >= 1 Gbit/s", level: may, on_unreachable: inconclusive }
  - { id: C, links: "here -> *", that: "ipdv_ms p99 <= 20" }`,
      }),
    );
    expect(requirements.map(({ probe, probes, links }) => [probe, probes, links.map((link) => link.to)])).toEqual([
      ['tcp-echo-2', ['tcp-echo-2'], ['beta']],
      ['tcp-throughput', ['tcp-throughput'], ['alpha', 'beta']],
      ['tcp-echo', ['tcp-echo', 'tcp-echo-2'], ['alpha', 'beta']],
    ]);
  });

  test.each([
    ['{ id: R1 }', '5:11: missing key "that"'],
    ['{ id: R1, tht: x }', expect.stringContaining('')],
    ['{ id: "a b", that: "rtt_ms p99 <= 20" }', expect.stringContaining('wrong value for "id"')],
    ['{ id: 1, that: "rtt_ms p99 <= 20" }', expect.stringContaining('expected a text such as R1; found 1')],
    [
      '{ id: R1, level: shall, that: "rtt_ms p99 <= 20" }',
      expect.stringContaining('expected "must", "should" or "may"; found "shall"'),
    ],
    ['{ id: R1, that: 20 }', expect.stringContaining('expected a text such as rtt_ms p99 <= 20; found 20')],
    [
      '{ id: R1, that: "rtt_ms p99 is 20" }',
      expect.stringContaining('not a requirement; expected a metric, a quantile, a comparison and a number'),
    ],
    [
      '{ id: R1, that: "rtt_sm p99 <= 20" }',
      expect.stringContaining(
        'has no metric "rtt_sm"; expected one of rtt_ms, ipdv_ms, failure_ratio; did you mean "rtt_ms"?',
      ),
    ],
    ['{ id: R1, that: "toString p99 <= 20" }', expect.stringContaining('has no metric "toString"')],
    [
      '{ id: R1, probe: tcp-ecko, that: "rtt_ms p99 <= 20" }',
      '5:28: the suite has no probe "tcp-ecko"; expected tcp-echo; did you mean "tcp-echo"?',
    ],
    [
      '{ id: R1, probe: ws-echo, that: "rtt_ms p99 <= 20" }',
      '5:28: the suite has no probe "ws-echo"; expected tcp-echo',
    ],
    ['{ id: R1, probe: tcp-echo-2, that: "rtt_ms p99 <= 20" }', expect.stringContaining('did you mean "tcp-echo"?')],
    [
      '{ id: R1, that: "rtt_ms mean <= 20" }',
      '5:27: "mean" cannot be judged in this version; expected a quantile of a sample metric, such as p50 or p99.9 (more than 0, less than 100), or a ratio',
    ],
    [
      '{ id: R1, links: here -> gamma, that: "rtt_ms p99 <= 20" }',
      expect.stringContaining('5:28: unknown site "gamma"'),
    ],
    ['{ id: R1, links: alpha -> beta, that: "rtt_ms p99 <= 20" }', expect.stringContaining('links must start at here')],
    [
      '{ id: R1, links: 3, that: "rtt_ms p99 <= 20" }',
      expect.stringContaining('expected a link such as here -> fra, or a list of them; found 3'),
    ],
    ['{ id: R1, links: [], that: "rtt_ms p99 <= 20" }', expect.stringContaining('expected a list of 1 to 1000 links')],
    ['rtt_ms p99 <= 20', expect.stringContaining('expected a map')],
  ])('are refused as in %s', (item, line) => {
    const lines = problems(file({ require: `[${item}]` }));
    expect(lines).toContainEqual(line);
    if (!item.includes('tht')) expect(lines).toHaveLength(1);
  });

  test('have ids of their own', () => {
    const require = '\n- { id: R1, that: "rtt_ms p99 <= 20" }\n- { id: R1, that: "rtt_ms p50 <= 20" }';
    expect(problems(file({ require }))).toEqual([
      '7:9: the id "R1" is already that of the requirement on line 6; expected an id of its own',
    ]);
  });

  test('name the probe where several have the metric', () => {
    const require = '[{ id: R1, that: "rtt_ms p99 <= 20" }]';
    expect(problems(file({ suite: '[tcp-echo, ws-echo]', require }))).toEqual([
      '5:11: several probes of the suite have rtt_ms; expected probe: one of tcp-echo, ws-echo',
    ]);
  });

  test('name links of the suite', () => {
    const require = '[{ id: R1, links: here -> beta, that: "rtt_ms p99 <= 20" }]';
    expect(problems(file({ links: '[here -> alpha]', require }))).toEqual([
      '5:28: here -> beta is not measured; expected a link that the suite\'s "links" include',
    ]);
  });

  describe('that judge nothing', () => {
    const sites = '{ s3: { targets: { http: "https://h/" } }, fra: { agent: embedded } }';
    const judge = (links: string, suite = '[tcp-echo]') =>
      problems(file({ sites, suite, require: `[{ id: R1, probe: tcp-echo, ${links}that: "rtt_ms p99 <= 20" }]` }));

    test('are refused with the reason', () => {
      expect(judge('links: here -> s3, ')).toEqual([
        '5:45: R1 judges nothing on here -> s3: tcp-echo needs an agent; s3 has none; expected a link that tcp-echo can measure',
      ]);
    });

    test('are refused also when another link that they name is measured', () => {
      expect(judge('links: [here -> fra, here -> s3], ')).toHaveLength(1);
    });

    test('are fine when * includes something that is measured', () => {
      expect([judge(''), judge('links: here -> *, ')]).toEqual([[], []]);
    });

    test('are refused as a whole when nothing of * is measured', () => {
      const text = file({
        sites: '{ s3: { targets: { http: "https://h/" } } }',
        require: '[{ id: R1, that: "rtt_ms p99 <= 20" }]',
      });
      expect(problems(text)).toEqual(['5:11: R1 judges nothing: on here -> s3, tcp-echo needs an agent; s3 has none']);
    });
  });

  test('are not blamed for what is wrong elsewhere', () => {
    const require = '[{ id: R1, probe: tcp-echo, links: here -> beta, that: "rtt_ms p99 <= 20" }]';
    expect(problems(file({ suite: '[tcp-ecko]', require }))).toHaveLength(1);
    expect(problems(file({ suite: '[{ tcp-echo: { rate: 5 } }]', require }))).toHaveLength(1);
  });
});

describe('loadSuite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netprobe-suite-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function unreadable(path: string): Promise<string> {
    const error: unknown = await loadSuite(path, testKinds).catch((reason: unknown) => reason);
    if (!(error instanceof NetprobeError)) throw new Error('threw no NetprobeError');
    expect(error.code).toBe('NETPROBE_SUITE_UNREADABLE');
    return error.message;
  }

  test('reads a file, byte order mark or not', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, `\uFEFF${file()}`);
    expect((await loadSuite(path, testKinds)).entries).toHaveLength(1);
  });

  test('seeks secret files beside the suite', async () => {
    writeFileSync(join(folder, 'token'), 'beside\n');
    const path = join(folder, 'secret.yaml');
    writeFileSync(path, file({ sites: '{ a: { agent: embedded, token: { file: token } } }' }));
    const { vault, sites } = await loadSuite(path, testKinds);
    expect(vault.open(sites[1]?.token ?? { held: '' })).toBe('beside');
  });

  test('says why a file cannot be read', async () => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at('latin1'), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
    writeFileSync(at('large'), 'x'.repeat(2 ** 20 + 1));
    expect(await unreadable(at('nowhere'))).toBe(`cannot read ${at('nowhere')}: there is no such file`);
    expect(await unreadable(folder)).toContain('it is a folder');
    expect(await unreadable(at('latin1'))).toContain('it is not UTF-8 text');
    expect(await unreadable(at('large'))).toContain('it has 1048577 bytes, and at most 1048576 are read');
    expect(await unreadable('/dev/null')).toContain('it is not a regular file');
    expect(await unreadable('a\0b')).toContain('cannot read');
    expect(await unreadable(join(at('latin1'), 'x'))).toContain('a folder on the way to it is a file');
  });
});
