import { describe, expect, it } from 'vitest';
import { asked, completed, RTT, spread, UNREACHABLE, verdictOn } from '../../test/support/judged.ts';
import type { ErrorCode, Origin } from '../contract/error.ts';
import { type JudgedCell, standing } from './standing.ts';

function failed(code: ErrorCode, origin: Origin): JudgedCell {
  return { ...UNREACHABLE, error: { code, origin, message: 'as it was' } };
}

describe('a cell that could not be measured as it was asked for', () => {
  it.each<[ErrorCode, Origin]>([
    ['NETPROBE_LIMIT_EXCEEDED', 'config'],
    ['NETPROBE_LIMIT_EXCEEDED', 'agent'],
    ['NETPROBE_DSCP_UNSUPPORTED', 'agent'],
    ['NETPROBE_DSCP_UNSUPPORTED', 'local'],
  ])('is neither unreachable nor withheld: %s of origin %s', (code, origin) => {
    expect(standing(failed(code, origin), RTT)).toEqual({ is: 'void', why: `failed: ${code}: as it was` });
    const rounds = [failed(code, origin), failed(code, origin)];
    // Nothing may be withheld here: it would be a FAIL at once.
    expect(verdictOn(asked('rtt_ms p99 <= 20', RTT, rounds, { maxWithheld: 0 }))).toMatchObject({
      result: 'inconclusive',
      why: expect.stringContaining(code),
    });
  });

  it('does not stand for the rounds that were', () => {
    const fine = completed(spread([1000, 7]));
    const verdict = verdictOn(
      asked('rtt_ms p99 <= 20', RTT, [fine, failed('NETPROBE_DSCP_UNSUPPORTED', 'agent')], { maxWithheld: 0 }),
    );
    expect(verdict).toMatchObject({
      result: 'inconclusive',
      why: expect.stringContaining('NETPROBE_DSCP_UNSUPPORTED'),
    });
  });

  it('is withheld where the agent was busy, as before', () => {
    expect(standing(failed('NETPROBE_AGENT_BUSY', 'agent'), RTT).is).toBe('withheld');
    expect(standing(failed('NETPROBE_CONNECT_REFUSED', 'target'), RTT).is).toBe('unreachable');
  });
});
