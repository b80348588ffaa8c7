import { describe, expect, it } from 'vitest';
import { fakeEcho, fakeFlow, fakeRegistry } from '../../test/support/fake-kinds.ts';
import { planCell, planOf } from '../../test/support/fake-plan.ts';
import { cellNotes, echoRows, flowRows, recordKey, seatRecords } from '../../test/support/fake-records.ts';
import { writeFakeRun } from '../../test/support/fake-run.ts';
import type { Estimate } from '../contract/estimate.ts';
import type { AnyKind } from '../contract/kind.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { JournalRecord } from '../contract/records.ts';
import { readCell } from '../journal/read-run.ts';
import type { CellRecord } from './cell-record.ts';
import { resultOf } from './results.ts';

const ECHO = planCell('here', 'fra', 'fake-echo', { options: { count: 200 } });
const DONE: CellRecord = {
  attempt: 1,
  startedAt: '2026-11-22T16:00:00.000Z',
  finishedAt: '2026-11-22T16:00:10.000Z',
  outcome: { status: 'completed', error: null },
  address: '203.0.113.7',
  dnsNs: null,
};

async function outcomeOf(cell: PlanCell, kind: AnyKind, records: JournalRecord[], registry = fakeRegistry) {
  const folder = await writeFakeRun({ plan: planOf([cell]), records, notes: cellNotes(cell.id, 0) });
  return resultOf(cell, kind, await readCell(folder, cell.id), DONE, registry, false);
}

const echoed = (more: Parameters<typeof echoRows>[1] = {}, count = 200) =>
  seatRecords(recordKey(ECHO.id, 0), fakeEcho, 'initiator', echoRows(count, more));

describe('a result', () => {
  it('summarises each metric, in the order in which the kind declares them', async () => {
    const { result, estimates } = await outcomeOf(ECHO, fakeEcho, echoed({ loseEvery: 50 }));
    expect(Object.keys(result.metrics)).toEqual(['rtt_ms', 'last_ms', 'failure_ratio']);
    expect(result.metrics['rtt_ms']).toMatchObject({ n: 196 });
    expect(result.metrics['failure_ratio']).toMatchObject({ value: 0.02, hits: 4, of: 200 });
    expect(result.counts).toMatchObject({ planned: 200, sent: 200, received: 196, lost: 4 });
    expect((estimates['rtt_ms'] as Extract<Estimate, { is: 'sample' }>).values).toHaveLength(200);
  });

  it('names the metrics that are the far end’s own word, where there is a figure of them', async () => {
    const { rtt_ms, last_ms, failure_ratio } = fakeEcho.metrics;
    const stated = { statedBy: 'agent' } as const;
    const kind: AnyKind = {
      ...fakeEcho,
      metrics: { rtt_ms, last_ms: { ...last_ms, ...stated }, failure_ratio: { ...failure_ratio, ...stated } },
    };
    expect((await outcomeOf(ECHO, kind, echoed())).result.agentStated).toEqual(['last_ms', 'failure_ratio']);
    expect((await outcomeOf(ECHO, kind, echoed({ loseEvery: 1 }))).result.agentStated).toEqual(['failure_ratio']);
    expect((await outcomeOf(ECHO, fakeEcho, echoed())).result).not.toHaveProperty('agentStated');
  });

  it('is suspect when the sends were late, and says by how much', async () => {
    expect((await outcomeOf(ECHO, fakeEcho, echoed())).result.instrument).toMatchObject({
      state: 'valid',
      reasons: [],
    });
    const late = (await outcomeOf(ECHO, fakeEcho, echoed({ lateMs: 3 }))).result.instrument;
    expect(late.state).toBe('suspect');
    expect(late.reasons.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^send lateness p99 2\.9\d* ms, more than 1 ms$/),
    ]);
    // Too few for a p99: the latest one tells.
    const few = (await outcomeOf(ECHO, fakeEcho, echoed({ lateMs: 3 }, 20))).result.instrument;
    expect(few.reasons[0]?.why).toContain('send lateness max 2.');
  });

  it('has values over time for the metrics that declare it', async () => {
    const cell = planCell('here', 'fra', 'fake-flow', { options: { intervals: 10 } });
    const { result } = await outcomeOf(cell, fakeFlow, [
      ...seatRecords(recordKey(cell.id, 0), fakeFlow, 'initiator', flowRows(10, 1e9)),
      ...seatRecords(recordKey(cell.id, 1), fakeFlow, 'responder', flowRows(10, 2e9)),
    ]);
    expect(Object.keys(result.series)).toEqual(['goodput_fwd_bps', 'goodput_rev_bps']);
    expect(result.series['goodput_rev_bps']?.map(([at]) => at)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(result.counts).toMatchObject({ planned: 20, received: 20, omitted: 8 });
    expect(result.instrument.send_lateness_ms).toMatchObject({ n: 0, why: 'throughput follows no schedule' });
  });

  it('marks in its series where samples were lost', async () => {
    const kind = {
      ...fakeEcho,
      metrics: { ...fakeEcho.metrics, rtt_ms: { ...fakeEcho.metrics.rtt_ms, series: true } },
    };
    const { result } = await outcomeOf(ECHO, kind, echoed({ loseEvery: 100 }));
    expect(result.series['rtt_ms']?.[99]).toEqual([0.99, null]);
  });

  it('has no counts and no figures when only the other side left records', async () => {
    const records = seatRecords(recordKey(ECHO.id, 1), fakeEcho, 'responder', []);
    const { result, estimates, sendLateness } = await outcomeOf(ECHO, fakeEcho, records);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_RECORDS_INVALID' } });
    expect(result).toMatchObject({ counts: null, metrics: {}, series: {} });
    expect([estimates, sendLateness]).toEqual([{}, null]);
  });

  it('shows where secrets come from, but nothing of one that was written out', async () => {
    const cell = {
      ...ECHO,
      options: {
        headers: { a: { held: 'x' }, b: { env: 'B' }, c: { file: 'c.txt' }, d: 'plain' },
        list: [{ held: 'y' }],
      },
    };
    const kind = { ...fakeEcho, options: { ...fakeEcho.options, parse: () => ({ ok: true, value: { count: 200 } }) } };
    expect((await outcomeOf(cell, kind as AnyKind, echoed())).result.options).toEqual({
      headers: { a: '[redacted]', b: { env: 'B' }, c: { file: 'c.txt' }, d: 'plain' },
      list: ['[redacted]'],
    });
  });

  it('gives a composite the estimates of its parts', async () => {
    const seen: unknown[] = [];
    const composite: AnyKind = {
      ...fakeEcho,
      name: 'loaded',
      parts: () => [{ name: 'echo', kind: 'fake-echo', options: { count: 150 }, startNs: 0 }],
      reduce: async () => ({
        reduce: (_options, seats, parts) => {
          seen.push(
            seats.map((seat) => seat.part),
            Object.keys(parts['echo'] ?? {}),
          );
          const counts = { planned: 0, sent: 0, received: 0, lost: 0, failed: 0, skipped: 0, omitted: 0 };
          return { counts, metrics: { ...parts['echo'] }, sendLateness: { is: 'missing', why: 'none' } };
        },
      }),
    };
    const cell = planCell('here', 'fra', 'loaded');
    const { result } = await outcomeOf(cell, composite, [
      ...seatRecords(recordKey(cell.id, 0), fakeEcho, 'initiator', []),
      ...seatRecords(recordKey(cell.id, 0, { part: 'echo' }), fakeEcho, 'initiator', echoRows(150)),
    ]);
    expect(seen).toEqual([[''], ['rtt_ms', 'last_ms', 'failure_ratio']]);
    expect(result.metrics['rtt_ms']).toMatchObject({ n: 150 });
  });

  const reducing = (counts: object, metrics: object): AnyKind => ({
    ...fakeEcho,
    reduce: async () => ({ reduce: () => ({ counts, metrics, sendLateness: { is: 'missing', why: '' } }) as never }),
  });

  const whole = { planned: 3, sent: 3, received: 3, lost: 0, failed: 0, skipped: 0, omitted: 0 };
  const missing = { is: 'missing', why: 'not asked for' } as const;
  const rtts = (...values: number[]) =>
    ({ is: 'sample', values: Float64Array.from(values), at: Float64Array.from(values) }) as const;
  const given = (more: object): AnyKind => ({
    ...fakeEcho,
    reduce: async () => ({
      reduce: () =>
        ({
          counts: whole,
          metrics: { rtt_ms: rtts(1, 2, 3), last_ms: missing, failure_ratio: missing },
          sendLateness: missing,
          ...more,
        }) as never,
    }),
  });

  it('shows each flow of a cell that plays several, by the metrics that it gives', async () => {
    const flow = (number: number) => ({
      flow: number,
      label: `EF ${number}`,
      counts: whole,
      metrics: { last_ms: missing, rtt_ms: rtts(number, number) },
    });
    const { result } = await outcomeOf(ECHO, given({ flows: [flow(1), flow(2)] }), echoed());
    expect(result.flows).toMatchObject([
      { flow: 1, label: 'EF 1', counts: whole, metrics: { rtt_ms: { n: 2, p50: 1 }, last_ms: { value: null } } },
      { flow: 2, label: 'EF 2', metrics: { rtt_ms: { p50: 2 } } },
    ]);
    expect(Object.keys(result.flows?.[0]?.metrics ?? {})).toEqual(['rtt_ms', 'last_ms']);
    expect((await outcomeOf(ECHO, given({}), echoed())).result).not.toHaveProperty('flows');
    const stray = { ...flow(1), metrics: { owd_ms: rtts(1) } };
    await expect(outcomeOf(ECHO, given({ flows: [stray] }), echoed())).rejects.toThrow('estimate of owd_ms');
  });

  it('hands on what verdicts use instead of its own metric', async () => {
    const judged = { rtt_ms: { estimate: rtts(4, 5, 6), words: 'times with nothing subtracted' } };
    expect((await outcomeOf(ECHO, given({ judged }), echoed())).judged).toEqual(judged);
    expect((await outcomeOf(ECHO, given({}), echoed())).judged).toEqual({});
  });

  it('is refused when its counts do not add up, or a declared metric is not given', async () => {
    const counts = { planned: 2, sent: 2, received: 1, lost: 1, failed: 0, skipped: 0, omitted: 0 };
    for (const wrong of [{ received: 2 }, { planned: 3 }])
      await expect(outcomeOf(ECHO, reducing({ ...counts, ...wrong }, {}), echoed())).rejects.toThrow('do not add up');
    await expect(outcomeOf(ECHO, reducing(counts, {}), echoed())).rejects.toThrow('declares rtt_ms');
  });
});
