// biome-ignore-all lint/style/noRestrictedImports: tests may use what test/support builds.
import { describe, expect, it } from 'vitest';
import { fakeEcho, fakeRegistry } from '../../test/support/fake-kinds.ts';
import { planCell, planOf, planRequirement } from '../../test/support/fake-plan.ts';
import { cellNotes, echoRows, recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { writeFakeRun } from '../../test/support/fake-run.ts';
import { INSTRUMENT_CODES } from '../contract/instrument.ts';
import type { Json } from '../contract/json.ts';
import { withBottleneck } from './bottleneck.ts';
import { buildReport } from './build.ts';
import { instrumentOf } from './instrument.ts';
import type { Result } from './model.ts';

const CELL = planCell('here', 'fra', 'fake-echo', { options: { count: 400 } });
/** What is measured is 12 to 17 ms: the one holds, the other does not. */
const HOLDS = planRequirement('R1', 'rtt_ms p90 <= 20', [CELL]);
const FAILS = planRequirement('R2', 'rtt_ms p90 <= 5', [CELL]);
const LOSS = planRequirement('R3', 'failure_ratio <= 0.01', [CELL]);

const lane = (waited: number): [string, Json] => [
  'lane',
  { kernel: 'yes', spins: true, loop_delay_ns: null, run_ns: 1e9, wait_ns: waited * 4e9 },
];

/** The report of one cell of 4 s whose sends were up to so late, and whose ends wrote these facts. */
async function reportOf({ lateMs = 0.05, near = [] as [string, Json][], far = [] as [string, Json][] }) {
  const records = [near, far].flatMap((facts, seat) => {
    const key = recordKey(CELL.id, seat);
    const rows = seat === 0 ? echoRows(400, { lateMs }) : [];
    const [end, ...rest] = seatRecords(key, fakeEcho, seat === 0 ? 'initiator' : 'responder', rows).reverse();
    const written = facts.map(([name, value]) => ({ ...key, is: 'fact' as const, at: 4e9, name, value }));
    return end === undefined ? [] : [...rest.reverse(), ...written, { ...end, at: 4e9 }];
  });
  const plan = planOf([CELL], { requirements: [HOLDS, FAILS, LOSS] });
  const report = await buildReport(await writeFakeRun({ plan, records, notes: cellNotes(CELL.id, 0) }), fakeRegistry);
  const [result] = report.results;
  return {
    state: result?.instrument.state,
    codes: result?.instrument.reasons.map(({ side, code }) => `${side} ${code}`),
    verdicts: report.verdicts.map(({ result, origin }) => (origin === null ? result : `${result} (${origin})`)),
    why: report.verdicts[0]?.why,
  };
}

const OPEN = 'inconclusive (instrument)';

describe('a report on a machine that', () => {
  it('was on time judges what it measured', async () => {
    expect(await reportOf({ near: [lane(0.01)] })).toMatchObject({
      state: 'valid',
      codes: [],
      verdicts: ['pass', 'fail', 'pass'],
    });
  });

  it('sent late leaves latencies open, and judges losses', async () => {
    const { why, ...said } = await reportOf({ lateMs: 3 });
    expect(said).toEqual({ state: 'suspect', codes: ['near send-lateness'], verdicts: [OPEN, OPEN, 'pass'] });
    expect(why).toMatch(/^generator lag: the p99 of sends was 2\.9\d* ms behind schedule, more than 1 ms/);
  });

  it('sent on another schedule than the planned one leaves everything open', async () => {
    expect(await reportOf({ lateMs: 80 })).toMatchObject({
      state: 'invalid',
      codes: ['near send-lateness'],
      verdicts: [OPEN, OPEN, OPEN],
    });
  });

  it('had no core for a part of the time is suspect, for most of it proves nothing', async () => {
    expect(await reportOf({ near: [lane(0.1)] })).toMatchObject({
      state: 'suspect',
      codes: ['near starved'],
      verdicts: ['pass', 'fail', 'pass'],
    });
    const { why, ...said } = await reportOf({ near: [lane(0.4)] });
    expect(said).toEqual({ state: 'invalid', codes: ['near starved'], verdicts: [OPEN, OPEN, OPEN] });
    expect(why).toContain('instrument invalid: the measuring thread waited for a core 40% of the time');
  });

  it('is the judged side’s own is believed, and excused nothing', async () => {
    expect(await reportOf({ near: [lane(0)], far: [lane(0.9)] })).toMatchObject({
      state: 'suspect',
      codes: ['far starved'],
      verdicts: ['pass', 'fail', 'pass'],
    });
  });

  it('gives reasons by codes that are documented', async () => {
    const { codes } = await reportOf({ lateMs: 80, near: [lane(0.9)], far: [lane(0.9)] });
    expect(codes).toHaveLength(3);
    for (const code of codes ?? []) expect(Object.keys(INSTRUMENT_CODES)).toContain(code.split(' ')[1]);
    const bounded = withBottleneck({ instrument: instrumentOf(null, []) } as Result, 'three sites at one rate');
    expect(Object.keys(INSTRUMENT_CODES)).toContain(bounded.instrument.reasons[0]?.code);
  });
});
