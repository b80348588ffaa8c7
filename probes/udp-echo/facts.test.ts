import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import { clockBound, isSameClock, stepWords } from './clocks.ts';
import { type ClockFact, clockFact, countFact, farClockFact, flowLabel, isForeign, rejectedFact } from './facts.ts';

const fact = (name: string, value: Json) => [{ at: 0, name, value }];
const NOTHING: ClockFact = { synchronised: null, maxErrorNs: null, stepNs: null, boot: null };
const GARBAGE: Json[] = [null, 7, 'x', [], {}, [{ boot: 'x' }]];

describe('facts of a clock', () => {
  it('are read, the last ones', () => {
    const early = fact('clock', { synchronised: false, boot: 'old' });
    const late = fact('clock', { source: 'kernel', synchronised: true, max_error_ns: 500, step_ns: -12, boot: 'b' });
    expect(clockFact([...early, ...late])).toEqual({ synchronised: true, maxErrorNs: 500, stepNs: 12, boot: 'b' });
    const far = fact('far_clock', { synchronised: true, error_ns: 9 });
    expect(farClockFact(far)).toEqual({ ...NOTHING, synchronised: true, maxErrorNs: 9 });
  });

  it.each(GARBAGE)('are nothing when they are %j', (value) => {
    expect(clockFact(fact('clock', value))).toEqual(NOTHING);
    expect(farClockFact(fact('far_clock', value))).toEqual(NOTHING);
  });

  it('are nothing where one of them cannot be', () => {
    const clock = { synchronised: 'yes', max_error_ns: -1, step_ns: '0', boot: '' };
    expect(clockFact(fact('clock', clock))).toEqual(NOTHING);
    expect(clockFact(fact('clock', { max_error_ns: Infinity, step_ns: Infinity }))).toEqual(NOTHING);
    expect(clockFact([])).toEqual(NOTHING);
  });
});

describe('other facts', () => {
  it('name a flow by its port', () => {
    const flows = fact('flows', [
      null,
      { flow: 1, local_port: 40001 },
      { flow: 2, local_port: 'x' },
      { flow: 3, local_port: 70000 },
    ]);
    expect([0, 1, 2, 3].map((flow) => flowLabel(flows, flow))).toEqual(['flow 0', 'port 40001', 'flow 2', 'flow 3']);
    expect(flowLabel(fact('flows', { flow: 0 }), 0)).toBe('flow 0');
  });

  it('count what got no row, by known reasons only', () => {
    const rejected = { forged: 3, 'not-stamp': 2, truncated: 0, oversized: -1, unknown: 0.5, hmac: 'x', '<b>': 9 };
    expect(rejectedFact(fact('rejected', rejected))).toEqual({ forged: 3, not_stamp: 2 });
    for (const value of GARBAGE) expect(rejectedFact(fact('rejected', value))).toEqual({});
  });

  it('count, or are 0', () => {
    expect(countFact(fact('refusals', 4), 'refusals')).toBe(4);
    for (const value of [...GARBAGE.slice(2), -1, 1.5, null])
      expect(countFact(fact('refusals', value), 'refusals')).toBe(0);
  });

  it('say when a reflector is not ours', () => {
    expect(isForeign(fact('reflector', 'foreign'))).toBe(true);
    for (const value of ['agent', ...GARBAGE]) expect(isForeign(fact('reflector', value))).toBe(false);
  });
});

describe('two clocks', () => {
  const synced = (maxErrorNs: number | null): ClockFact => ({ ...NOTHING, synchronised: true, maxErrorNs });

  it('are one when both ends have booted alike', () => {
    const here = { ...NOTHING, boot: 'b' };
    expect(isSameClock(here, here)).toBe(true);
    expect(isSameClock(here, { ...NOTHING, boot: 'c' })).toBe(false);
    expect(isSameClock(NOTHING, NOTHING)).toBe(false);
    expect(clockBound(here, here)).toEqual({ boundNs: 50_000 });
  });

  it('differ by no more than both errors', () => {
    expect(clockBound(synced(1000), synced(250))).toEqual({ boundNs: 1250 });
  });

  it.each([
    [synced(1), NOTHING, 'the far end’s clock is not known to be synchronised'],
    [{ ...NOTHING, synchronised: false }, synced(1), 'this end’s clock is not synchronised'],
    [synced(1), synced(null), 'how exact the far end’s clock is, is not known'],
  ])('have no bound: %#', (near, far, why) => {
    expect(clockBound(near, far)).toEqual({ why });
  });

  it('are set when one of them jumps by more than a reading may be off', () => {
    const set = (stepNs: number) => ({ ...NOTHING, stepNs });
    expect(stepWords(NOTHING, NOTHING)).toBeUndefined();
    expect(stepWords(set(100_000), set(0))).toBeUndefined();
    expect(stepWords(set(0), set(100_001))).toBe('the far end’s wall clock was set by 0.100 ms during the cell');
    expect(stepWords(set(2e9), NOTHING)).toMatch(/this end’s .* 2000.000 ms/);
    expect(stepWords(set(2001), NOTHING, 2000)).toMatch(/this end’s/);
  });
});
