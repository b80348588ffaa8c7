import { describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import { NetprobeError } from '../../src/contract/error.ts';
import type { AnyKind, Cost } from '../../src/contract/kind.ts';
import { figuresOf, peerOf, shortOptions } from '../support/conformance.ts';
import { watchHandles } from '../support/handles.ts';
import { cellOf, measure } from '../support/play-cell.ts';
import { type Measured, reduced } from '../support/reduced.ts';
import { abortOf } from '../support/with-agent.ts';

// The same for every kind of the registry: it measures over loopback, ends when told to, and keeps what it declares.

type How = { limits?: object; signal?: AbortSignal; progress?: (rows: number) => void };

async function play(kind: AnyKind, given: object, { limits, signal, progress }: How = {}) {
  const peer = await peerOf(kind, registry, limits);
  try {
    const cell = cellOf(kind, given as never, peer.target);
    return { cell, played: await measure(registry, cell, peer.where, signal, progress) };
  } finally {
    await peer.close();
  }
}

async function measured(kind: AnyKind): Promise<Measured & { costs: Cost[] }> {
  const { cell, played } = await play(kind, shortOptions(kind).brief);
  return { ...(await reduced(kind, cell, played)), costs: cell.costs };
}

const kinds = [...registry.values()].map((kind) => [kind.name, kind] as const);

describe.each(kinds)('%s', (_, kind) => {
  test('measures, and both ends complete', async () => {
    const { outcome, read, reduced: made } = await measured(kind);
    expect(outcome).toMatchObject({ status: 'completed', error: null });
    const seats = kind.sites === 'target' ? ['initiator'] : ['initiator', 'responder'];
    expect(read.seats.map(({ role }) => role)).toEqual(seats);
    for (const { close } of read.seats) expect(close).toMatchObject({ status: 'completed', error: null });
    expect(made.counts.received).toBeGreaterThan(0);
  });

  test('counts so that the sums agree', async () => {
    const { counts } = (await measured(kind)).reduced;
    expect(counts.planned).toBe(counts.sent + counts.skipped);
    expect(counts.sent).toBe(counts.received + counts.lost + counts.failed);
    for (const count of Object.values(counts)) expect(Number.isInteger(count) && count >= 0).toBe(true);
  });

  test('gives every metric that it declares, in its form, and no other', async () => {
    const { metrics } = (await measured(kind)).reduced;
    expect(Object.keys(metrics).toSorted()).toEqual(Object.keys(kind.metrics).toSorted());
    for (const [name, estimate] of Object.entries(metrics))
      expect(estimate.is === 'missing' || estimate.is === kind.metrics[name]?.form, name).toBe(true);
    for (const name of kind.headline) expect(metrics[name as string], name as string).toBeDefined();
  });

  test('stays within the rows that its cost allows each seat', async () => {
    const { read, costs } = await measured(kind);
    for (const { seat, rows } of read.seats)
      for (const [table, columns] of Object.entries(rows)) {
        const length = Object.values(columns)[0]?.length ?? 0;
        expect(length, `${table} of seat ${seat}`).toBeLessThanOrEqual(costs[seat]?.rows[table] ?? 0);
      }
  });

  test('is computed to the same bytes again, also from records that were sealed in between', async () => {
    const { cell, played } = await play(kind, shortOptions(kind).brief);
    const once = figuresOf(kind, await reduced(kind, cell, played));
    const sealed = JSON.parse(JSON.stringify(played.records)) as typeof played.records;
    expect(figuresOf(kind, await reduced(kind, cell, { ...played, records: sealed }))).toBe(once);
    expect(figuresOf(kind, await reduced(kind, cell, played))).toBe(once);
  });

  test('settles with an abort, keeps what it measured, and leaves no handle', async () => {
    const noneLeft = watchHandles();
    const abort = abortOf(new NetprobeError('NETPROBE_ABORTED', 'enough'));
    const { cell, played } = await play(kind, shortOptions(kind).endless, abort);
    expect(played.outcome.error).toMatchObject({ code: 'NETPROBE_ABORTED' });
    const { read, reduced: made } = await reduced(kind, cell, played);
    expect(read.seats.every(({ close }) => close !== null)).toBe(true);
    expect(made.counts.skipped).toBeGreaterThan(0);
    expect(made.counts.sent).toBe(made.counts.received + made.counts.lost + made.counts.failed);
    await noneLeft();
  });

  test('settles with an abort from before it began', async () => {
    const noneLeft = watchHandles();
    const signal = AbortSignal.abort(new NetprobeError('NETPROBE_ABORTED', 'before'));
    const { played } = await play(kind, shortOptions(kind).endless, { signal });
    expect(played.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_ABORTED' } });
    await noneLeft();
  });
});

describe.each(kinds.filter(([, kind]) => kind.sites !== 'target'))('%s', (_, kind) => {
  test.each([
    ['time', { durationNs: 1e6 }],
    ['connections', { connections: 0, streams: 0 }],
  ])('is not played by an agent that grants less %s', async (_what, limits) => {
    const { played } = await play(kind, shortOptions(kind).brief, { limits });
    // Its hello says so: it is not even asked.
    const error = { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'config' };
    expect(played.outcome).toMatchObject({ status: 'failed', error });
    expect(played.records).toEqual([]);
  });
});
