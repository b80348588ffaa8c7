import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import { type ClockFact, clockFact, countFact, farClockFact, flowLabel, isForeign, rejectedFact } from './facts.ts';

const fact = (name: string, value: Json) => [{ at: 0, name, value }];
const NOTHING: ClockFact = {
  synchronised: null,
  maxErrorNs: null,
  estErrorNs: null,
  pairErrorNs: null,
  userStampLateNs: null,
  stepNs: null,
  boot: null,
};
/** Its packets' error estimate is all of the stamps' error. */
const FOREIGN = { ...NOTHING, pairErrorNs: 0, userStampLateNs: 0 };
const GARBAGE: Json[] = [null, 7, 'x', [], {}, [{ boot: 'x' }]];

describe('facts of a clock', () => {
  it('are read, the last ones', () => {
    const early = fact('clock', { synchronised: false, boot: 'old' });
    const errors = { max_error_ns: 500, est_error_ns: 50, pair_error_ns: 40, user_stamp_late_ns: 3 };
    const late = fact('clock', { source: 'kernel', synchronised: true, ...errors, step_ns: -12, boot: 'b' });
    expect(clockFact([...early, ...late])).toEqual({
      synchronised: true,
      maxErrorNs: 500,
      estErrorNs: 50,
      pairErrorNs: 40,
      userStampLateNs: 3,
      stepNs: 12,
      boot: 'b',
    });
    const far = fact('far_clock', { synchronised: true, error_ns: 9 });
    expect(farClockFact(far)).toEqual({ ...FOREIGN, synchronised: true, maxErrorNs: 9 });
  });

  it.each(GARBAGE)('are nothing when they are %j', (value) => {
    expect(clockFact(fact('clock', value))).toEqual(NOTHING);
    expect(farClockFact(fact('far_clock', value))).toEqual(FOREIGN);
  });

  it('are nothing where one of them cannot be', () => {
    const clock = { synchronised: 'yes', max_error_ns: -1, step_ns: '0', boot: '' };
    expect(clockFact(fact('clock', clock))).toEqual(NOTHING);
    expect(clockFact(fact('clock', { max_error_ns: Infinity, step_ns: Infinity, pair_error_ns: -1 }))).toEqual(NOTHING);
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
