import { expect, test } from 'vitest';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { parseSuite } from './load.ts';

const SITES = `netprobe: 1
sites:
  a: { role: candidate, agent: embedded }
  b: { role: candidate, agent: embedded }
  anchor: { role: control, agent: embedded }
suite: [tcp-echo]
`;

function judged(require: string): string[] {
  const suite = parseSuite(`${SITES}require: [${require}]`, 'sites.yaml', testKinds);
  return suite.requirements.flatMap(({ links }) => links.map(({ to }) => to));
}

test('requirements judge controls only where they name them', () => {
  expect(judged('{ id: R1, that: "rtt_ms p99 <= 20" }')).toEqual(['a', 'b']);
  expect(judged('{ id: R1, links: here -> *, that: "rtt_ms p99 <= 20" }')).toEqual(['a', 'b']);
  expect(judged('{ id: R1, links: here -> anchor, that: "rtt_ms p99 <= 20" }')).toEqual(['anchor']);
});

test('a requirement with nothing but controls to judge is refused', () => {
  const only = SITES.replaceAll('role: candidate', 'role: control');
  const read = () => parseSuite(`${only}require: [{ id: R1, that: "rtt_ms p99 <= 20" }]`, 'sites.yaml', testKinds);
  expect(read).toThrow(/R1 judges nothing: all its links lead to controls/);
});
