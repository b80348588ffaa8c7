import { describe, expect, test } from 'vitest';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { DEFAULT_LIMITS } from '../contract/limits.ts';
import { askedBeyond } from './beyond.ts';
import { parseSuite } from './load.ts';
import { makePlan } from './plan.ts';

const TEXT = `netprobe: 1
rounds: 2
sites:
  fra: { agent: "fra.example:8620" }
  par: { agent: embedded }
  mute: { agent: "mute.example:8620" }
  web: { targets: { tcp: "web.example:443" } }
suite: [tcp-connect, tcp-throughput]
`;

describe('what a suite asks of agents beyond their limits', () => {
  const cells = makePlan(parseSuite(TEXT, 'sites.yaml', testKinds), new Map(), testKinds, {
    name: 'netprobe',
    version: '1.2.3',
  }).cells;

  test('is told for each site and probe once, whatever the rounds, and for no agent that said nothing', () => {
    // The agent's seat of the test kind: 10 s, 4 connections, 64 KiB, and no more than the limits here but where said.
    const short = { ...DEFAULT_LIMITS, durationNs: 9e9 };
    const all = { ...short, connections: 3, payloadBytes: 1024 };
    expect(askedBeyond(cells, new Map([['fra', short]]))).toEqual([
      {
        site: 'fra',
        probe: 'tcp-throughput',
        error: expect.objectContaining({ code: 'NETPROBE_LIMIT_EXCEEDED', expected: 'at most 9s', found: '10s' }),
      },
    ]);
    expect(askedBeyond(cells, new Map([['par', all]])).map(({ site, error }) => [site, error.found])).toEqual([
      ['par', '10s'],
      ['par', '4'],
      ['par', '64.0 KiB'],
    ]);
    expect(askedBeyond(cells, new Map([['web', all]]))).toEqual([]);
    expect(askedBeyond(cells, new Map())).toEqual([]);
  });

  test('is nothing where all is granted', () => {
    expect(askedBeyond(cells, new Map(['fra', 'par'].map((site) => [site, DEFAULT_LIMITS])))).toEqual([]);
  });
});
