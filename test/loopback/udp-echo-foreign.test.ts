import { describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import { udpEcho } from '../../probes/udp-echo/index.ts';
import type { Json } from '../../src/contract/json.ts';
import { cellOf, measure } from '../support/play-cell.ts';
import { type Measured, reduced } from '../support/reduced.ts';
import { type ForeignReflector, foreignReflector, hasPython } from '../support/stamp-reflector.ts';
import { factOf } from '../support/with-agent.ts';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const GIVEN = { count: 60, rate: '1000/s', timeout: '300ms', sampling: 'periodic' };

async function against(flags: string[], given: { [key: string]: Json } = {}): Promise<Measured> {
  const reflector: ForeignReflector = await foreignReflector(...flags);
  try {
    const { port, target } = reflector;
    const cell = cellOf(udpEcho, { ...GIVEN, ...given }, target);
    const played = await measure(registry, cell, { host: '127.0.0.1', port, family: null, url: target });
    return await reduced(udpEcho, cell, played);
  } finally {
    await reflector.close();
  }
}

const rejected = (measured: Measured) => factOf(measured, 0, 'rejected') as Record<string, number>;

describe.runIf(hasPython)('udp-echo with a foreign STAMP reflector', () => {
  test.each([
    [[], {}],
    [['--tlvs', 'copy'], { size: '500 B' }],
    [['--tlvs', 'cut', '--ssid-zero'], {}],
    [['--tlvs', 'zero', '--ptp'], {}],
    [['--stateless'], { flows: 3 }],
    [['--auth', KEY], { mode: 'authenticated', key: KEY }],
  ])('%j with %j: every packet comes back, and both directions are known to be whole', async (flags, given) => {
    const measured = await against(flags, given);
    expect(measured.outcome).toMatchObject({ status: 'completed', error: null });
    expect(measured.reduced.counts).toMatchObject({ sent: 60, received: 60, lost: 0 });
    expect(measured.reduced.metrics['loss_fwd_ratio']).toMatchObject({ hits: 0, of: 60 });
    expect(measured.reduced.metrics['loss_rev_ratio']).toMatchObject({ hits: 0 });
  });

  // Every tenth of 60 requests meets it.
  test.each([
    ['twice:10', { received: 60, lost: 0 }, {}, 6],
    ['drop:10', { received: 54, lost: 6 }, {}, 0],
    ['late:10:0.6', { received: 54, lost: 6 }, {}, 0],
    ['truncated:10:20', { received: 54, lost: 6 }, { truncated: 6 }, 0],
    ['oversized:10:10', { received: 54, lost: 6 }, { oversized: 6 }, 0],
    ['early:10', { received: 60, lost: 0 }, {}, 0],
  ])('%s is counted and named, and never in the round trips', async (rule, counts, refused, duplicates) => {
    const measured = await against(['--misbehave', rule]);
    expect(measured.reduced.counts).toMatchObject({ sent: 60, ...counts });
    expect(rejected(measured)).toMatchObject(refused);
    expect(measured.reduced.metrics['duplicate_ratio']).toMatchObject({ is: 'ratio', hits: duplicates });
    const raw = measured.reduced.metrics['rtt_raw_ms'];
    const finite = raw?.is === 'sample' ? raw.values.filter((value) => value !== Number.POSITIVE_INFINITY) : [];
    expect(finite).toHaveLength(counts.received);
    for (const value of finite) expect(value).toBeGreaterThan(0);
  });

  test.each(['random:10', 'wrong-seq:10', 'replay:10', 'early:10'])('%s is no reply', async (rule) => {
    const measured = await against(['--misbehave', rule]);
    const refused = Object.values(rejected(measured)).reduce((sum, count) => sum + count, 0);
    const repeats = measured.reduced.metrics['duplicate_ratio'];
    // A replay is a duplicate of the first reply; all others bear no request's random bits.
    if (rule.startsWith('replay')) expect(repeats).toMatchObject({ hits: 1 });
    else expect(refused).toBeGreaterThan(0);
  });

  test('a wrong HMAC is no reply, and neither is one without any', async () => {
    const spoilt = await against(['--auth', KEY, '--misbehave', 'wrong-hmac:10'], { mode: 'authenticated', key: KEY });
    expect(spoilt.reduced.counts).toMatchObject({ received: 54, lost: 6 });
    expect(rejected(spoilt)).toMatchObject({ unauthenticated: 6 });
    const other = await against(['--auth', KEY.replace('00', 'ff')], { mode: 'authenticated', key: KEY });
    expect(other.outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_TIMEOUT' } });
  });

  test('an absurd hold time is not subtracted', async () => {
    const measured = await against(['--misbehave', 'hold:10:10']);
    const [rtt, raw] = [measured.reduced.metrics['rtt_ms'], measured.reduced.metrics['rtt_raw_ms']];
    if (rtt?.is !== 'sample' || raw?.is !== 'sample') throw new Error('no sample');
    expect(rtt.values.every((value) => value >= 0)).toBe(true);
    const uncorrected = rtt.values.filter((value, i) => value === raw.values[i]);
    expect(uncorrected.length).toBeGreaterThanOrEqual(6);
  });

  test('nobody there: refused, and not a loss of packets', async () => {
    const cell = cellOf(udpEcho, GIVEN, 'stamp://127.0.0.1:9');
    const where = { host: '127.0.0.1', port: 9, family: null, url: 'stamp://127.0.0.1:9' };
    const { outcome } = await measure(registry, cell, where);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'NETPROBE_CONNECT_REFUSED', origin: 'target' } });
  });

  test('a target that stops answering midway has lost the rest', async () => {
    const reflector = await foreignReflector();
    const { port, target } = reflector;
    const cell = cellOf(udpEcho, { ...GIVEN, count: 400, rate: '200/s' }, target);
    const playing = measure(registry, cell, { host: '127.0.0.1', port, family: null, url: target });
    setTimeout(() => void reflector.close(), 1000);
    const measured = await reduced(udpEcho, cell, await playing);
    const { received, lost, failed, sent } = measured.reduced.counts;
    expect(sent).toBe(400);
    expect(received).toBeGreaterThan(20);
    expect(lost + failed).toBeGreaterThan(20);
    expect(received + lost + failed).toBe(400);
  });
});
