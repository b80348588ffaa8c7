import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bearsOn, canInvalidate, INSTRUMENT_CODES } from './instrument.ts';

const page = readFileSync(new URL('../../docs/instrument.md', import.meta.url), 'utf8');

describe('the codes of instrument reasons', () => {
  it('are those that docs/instrument.md explains, in the same words', () => {
    const table = page.slice(page.indexOf('| code |')).split('\n\n')[0] ?? '';
    const rows = table.split('\n').slice(2);
    const known = Object.entries(INSTRUMENT_CODES);
    expect(rows).toEqual(
      known.map(([code, { bears, worst, doc }]) => `| \`${code}\` | ${bears.join(', ')} | ${worst} | ${doc} |`),
    );
  });

  it('put in doubt what they bear on', () => {
    expect([bearsOn('starved', 'latency'), bearsOn('starved', 'rate')]).toEqual([true, false]);
    expect([bearsOn('core-busy', 'rate'), bearsOn('core-busy', 'latency')]).toEqual([true, false]);
    expect([bearsOn('clock-step', 'one-way'), bearsOn('clock-step', 'latency')]).toEqual([true, false]);
    expect([bearsOn('steal', 'latency'), bearsOn('steal', 'rate')]).toEqual([true, true]);
  });

  it('that are not known put nothing in doubt', () => {
    for (const code of ['', 'Starved', 'toString', '__proto__'])
      expect([bearsOn(code, 'latency'), bearsOn(code, 'rate'), canInvalidate(code)]).toEqual([false, false, false]);
  });

  it('can make an instrument invalid where a rule says so', () => {
    expect(Object.keys(INSTRUMENT_CODES).filter(canInvalidate)).toEqual(['send-lateness', 'starved']);
  });
});
