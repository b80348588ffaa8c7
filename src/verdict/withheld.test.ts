import { describe, expect, it } from 'vitest';
import { asked, completed, RTT, spread } from '../../test/support/judged.ts';
import { CODES, type ErrorCode, type Origin } from '../contract/error.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { PlanRequirement } from '../contract/plan.ts';
import { find, type JudgedCell, judge } from './judge.ts';

const GOOD = completed(spread([1000, 10]));
const SOME = spread([200, 7]);
const NOTHING: Estimate = { is: 'missing', why: 'nothing was sent' };

function ended(
  status: JudgedCell['status'],
  code: ErrorCode,
  origin: Origin = CODES[code],
  estimate: Estimate = status === 'failed' ? NOTHING : SOME,
): JudgedCell {
  return { ...completed(estimate), status, error: { code, origin, message: 'as it was' } };
}

function ours(cell: JudgedCell): JudgedCell {
  return { ...cell, instrument: { ...cell.instrument, farIsOurs: true } };
}

function rounds(results: JudgedCell[], changes: Partial<PlanRequirement> = {}) {
  return judge([find(asked('rtt_ms p99 <= 20', RTT, results, changes))])[0];
}

const busy = ended('failed', 'NETPROBE_AGENT_BUSY');
const WITHHELD = { result: 'fail', why: expect.stringContaining('withheld: NETPROBE_') };

describe('what the measured side withholds', () => {
  it('fails when it is more than the requirement allows', () => {
    expect(rounds([busy])).toMatchObject(WITHHELD);
    expect(rounds([GOOD, GOOD, busy])).toMatchObject(WITHHELD);
    expect(rounds([GOOD, GOOD, busy], { maxWithheld: 0.34 })).toMatchObject({
      result: 'inconclusive',
      why: expect.stringContaining('r3: withheld: NETPROBE_AGENT_BUSY'),
    });
    expect(rounds([busy])?.why.match(/withheld/g)).toHaveLength(1);
  });

  it.each<[JudgedCell['status'], ErrorCode, Origin]>([
    ['partial', 'NETPROBE_AGENT_GARBAGE', 'agent'],
    ['partial', 'NETPROBE_AGENT_CLOSED', 'agent'],
    ['partial', 'NETPROBE_AGENT_SILENT', 'agent'],
    ['partial', 'NETPROBE_AGENT_BUSY', 'agent'],
    ['partial', 'NETPROBE_DEADLINE', 'agent'],
    // Once it has begun, what was asked is no reason any more.
    ['partial', 'NETPROBE_LIMIT_EXCEEDED', 'agent'],
    ['partial', 'NETPROBE_AGENT_KIND', 'agent'],
    // More than was asked for came, or more replies than there were requests.
    ['partial', 'NETPROBE_LIMIT_EXCEEDED', 'target'],
    ['partial', 'NETPROBE_PROTOCOL', 'target'],
    ['failed', 'NETPROBE_DEADLINE', 'agent'],
    // It did not know the secret that it was asked to prove.
    ['failed', 'NETPROBE_AGENT_DENIED', 'agent'],
  ])('is a cell that is %s by %s of origin %s, unless the agent is ours', (status, code, origin) => {
    const cell = ended(status, code, origin);
    expect(rounds([GOOD, cell])).toMatchObject(WITHHELD);
    expect(rounds([GOOD, cell], { maxWithheld: 0.5 })).toMatchObject({ result: 'inconclusive' });
    expect(rounds([GOOD, ours(cell)])).toMatchObject({
      result: 'inconclusive',
      why: expect.not.stringContaining('withheld'),
    });
  });

  it.each<ErrorCode>(['NETPROBE_RESET', 'NETPROBE_CLOSED', 'NETPROBE_TIMEOUT'])(
    'is a stream of a session that ended by %s, and none of a server that has no agent',
    (code) => {
      expect(rounds([GOOD, ended('partial', code)])).toMatchObject(WITHHELD);
      const about = asked('rtt_ms p99 <= 20', RTT, [GOOD, ended('partial', code)]);
      const seats = [{ site: 'here' }, { site: 'fra' }];
      const noAgent = about.rounds.map(({ cell, judged }) => ({ cell: { ...cell, seats }, judged }));
      expect(judge([find({ ...about, rounds: noAgent })])[0]).toMatchObject({ result: 'inconclusive' });
    },
  );

  it('is a flood or a broken session that left some samples of a cell that failed', () => {
    expect(rounds([ended('failed', 'NETPROBE_AGENT_CLOSED', 'agent', SOME)])).toMatchObject(WITHHELD);
    expect(rounds([ended('failed', 'NETPROBE_LIMIT_EXCEEDED', 'target', SOME)])).toMatchObject(WITHHELD);
  });

  it('is what an agent does where a site that does not answer would be left open', () => {
    const lenient = { onUnreachable: 'inconclusive' } as const;
    expect(rounds([ended('failed', 'NETPROBE_AGENT_GARBAGE')], lenient)).toMatchObject(WITHHELD);
    expect(rounds([ended('failed', 'NETPROBE_CONNECT_REFUSED')], lenient)).toMatchObject({ result: 'inconclusive' });
    expect(rounds([ended('failed', 'NETPROBE_AGENT_GARBAGE')])?.why).toContain('unreachable');
  });

  it.each<[JudgedCell['status'], ErrorCode, Origin]>([
    ['failed', 'NETPROBE_AGENT_DENIED', 'config'],
    ['failed', 'NETPROBE_LIMIT_EXCEEDED', 'config'],
    ['failed', 'NETPROBE_LIMIT_EXCEEDED', 'agent'],
    ['failed', 'NETPROBE_AGENT_KIND', 'agent'],
    ['failed', 'NETPROBE_AGENT_VERSION', 'agent'],
    ['failed', 'NETPROBE_DSCP_UNSUPPORTED', 'agent'],
    ['partial', 'NETPROBE_DSCP_UNSUPPORTED', 'agent'],
    ['partial', 'NETPROBE_ABORTED', 'local'],
    ['partial', 'NETPROBE_DEADLINE', 'local'],
    ['partial', 'NETPROBE_LOCAL_RESOURCES', 'local'],
    ['skipped', 'NETPROBE_ABORTED', 'local'],
  ])('is no cell that is %s by %s of origin %s: this side’s doing, or what was asked', (status, code, origin) => {
    expect(rounds([ended(status, code, origin)], { maxWithheld: 0 })).toMatchObject({ result: 'inconclusive' });
  });

  it('leaves what was measured until then to fail', () => {
    const late = ended('partial', 'NETPROBE_AGENT_CLOSED', 'agent', spread([180, 7], [20, 30]));
    expect(rounds([GOOD, late, late], { maxWithheld: 1 })).toMatchObject({ result: 'fail', exceeding: 40, n: 1400 });
  });
});

describe('a record that cannot be', () => {
  const contradicts: Estimate = { is: 'missing', why: 'the agent’s record contradicts what arrived', withheld: true };
  const cell = completed(contradicts);

  it('is withheld, and no reason for an open verdict', () => {
    expect(rounds([cell])).toMatchObject({
      result: 'fail',
      why: 'withheld: the agent’s record contradicts what arrived',
    });
    expect(rounds([GOOD, cell], { maxWithheld: 0.5 })).toMatchObject({
      result: 'inconclusive',
      why: expect.stringContaining('r2: withheld: the agent’s record contradicts'),
    });
    expect(rounds([ours(cell)])).toMatchObject({ result: 'inconclusive' });
  });

  it('is none of a cell that this side broke off', () => {
    const aborted = { ...ended('partial', 'NETPROBE_ABORTED'), estimate: contradicts };
    expect(rounds([aborted])).toMatchObject({ result: 'inconclusive' });
  });
});

describe('an agent that is not heard any more', () => {
  const hushed = ended('partial', 'NETPROBE_AGENT_CLOSED');
  const beside = (results: JudgedCell[], ...controls: JudgedCell[][]) => {
    const found = find(asked('rtt_ms p99 <= 20', RTT, results));
    const told = controls.map((control) => ({ ...find(asked('rtt_ms p99 <= 20', RTT, control)), to: 'anchor' }));
    return judge([{ ...found, controls: told }])[0];
  };
  const SHARED = { result: 'inconclusive', origin: 'vantage', why: expect.stringContaining('this vantage’s own') };

  it('may have been cut off by this vantage, when the cells of the controls broke off then too', () => {
    expect(beside([GOOD, hushed], [GOOD, ours(hushed)])).toMatchObject(SHARED);
    expect(beside([GOOD, hushed], [GOOD, ended('failed', 'NETPROBE_CONNECT_TIMEOUT')])).toMatchObject(SHARED);
  });

  it('has withheld it when they did not, or nobody knows', () => {
    const alone = expect.stringContaining('did not break off then');
    expect(beside([GOOD, hushed], [GOOD, GOOD])).toMatchObject({ result: 'fail', why: alone });
    expect(beside([GOOD, hushed], [ours(hushed), GOOD])).toMatchObject({ result: 'fail', why: alone });
    expect(beside([GOOD, hushed], [ours(hushed), ours(hushed)], [GOOD, GOOD])).toMatchObject({ result: 'fail' });
    // One that always breaks off tells nothing, unless nothing else is seen from here.
    expect(beside([GOOD, hushed], [ours(hushed), ours(hushed)])).toMatchObject({ result: 'fail' });
    expect(beside([hushed, hushed], [ours(hushed), ours(hushed)])).toMatchObject(SHARED);
    const unknown = expect.stringContaining('fault not isolated');
    expect(beside([GOOD, hushed])).toMatchObject({ result: 'fail', why: unknown });
    const skipped = ended('skipped', 'NETPROBE_ABORTED');
    expect(beside([GOOD, hushed], [GOOD, skipped])).toMatchObject({ result: 'fail', why: unknown });
  });

  it('is not excused for what no path does', () => {
    const garbage = ended('partial', 'NETPROBE_AGENT_GARBAGE');
    expect(beside([GOOD, garbage], [GOOD, ours(garbage)])).toMatchObject({ result: 'fail' });
    expect(beside([garbage, hushed], [GOOD, ours(hushed)])).toMatchObject({ result: 'fail' });
  });

  it('does not excuse what the other rounds show', () => {
    const bad = completed(spread([900, 10], [100, 30]));
    expect(beside([bad, hushed], [GOOD, ours(hushed)])).toMatchObject({
      result: 'fail',
      why: expect.stringContaining('not shared by control anchor'),
    });
  });
});
