import * as v from 'valibot';
import type { AnyKind, Metric, Registry } from '../../src/contract/kind.ts';
import { defineOptions } from '../../src/contract/options.ts';
import {
  fillSchedule,
  NOT_BOTH,
  notBoth,
  plannedCount,
  scheduleEntries,
  scheduleNs,
} from '../../src/contract/schedule.ts';
import { secret } from '../../src/contract/secret.ts';
import { duration, size, wholeNumber } from '../../src/contract/units.ts';

// For tests only: the seven kinds as sites.yaml sees them, with options, metrics and costs but nothing that measures.

const RTT: Metric = { unit: 'ms', better: 'lower', form: 'sample', doc: 'Round-trip time.' };
const IPDV: Metric = { unit: 'ms', better: 'neither', form: 'sample', doc: 'Signed delay variation.' };
const GOODPUT: Metric = { unit: 'bit/s', better: 'higher', form: 'sample', doc: 'Goodput.' };
const FAILURES: Metric = { unit: 'ratio', better: 'lower', form: 'ratio', doc: 'Requests that failed.' };
const TOTAL: Metric = { unit: 'B', better: 'neither', form: 'scalar', doc: 'Bytes in all.' };

const LATENCY = { rtt_ms: RTT, ipdv_ms: IPDV, failure_ratio: FAILURES };
const THROUGHPUT = { goodput_fwd_bps: GOODPUT, goodput_rev_bps: GOODPUT, total_bytes: TOTAL };

function latency(extra: v.ObjectEntries) {
  const schema = v.strictObject({ ...scheduleEntries({ rate: '20/s', timeout: '3s' }), ...extra });
  return defineOptions(
    v.pipe(
      schema,
      v.check((given) => notBoth(given), NOT_BOTH),
    ),
    (given) => fillSchedule(given, { count: 100 }),
  );
}

function throughput(extra: v.ObjectEntries) {
  return defineOptions(
    v.strictObject({
      direction: v.optional(v.picklist(['forward', 'reverse', 'each', 'duplex']), 'each'),
      duration: v.optional(duration({ min: 1e9, max: 3600e9 }), '10s'),
      warmup: v.optional(duration({ max: 60e9 }), '2s'),
      ...extra,
    }),
  );
}

const never = () => Promise.reject(new Error('a test kind measures nothing'));

function kind(
  name: string,
  rest: Pick<AnyKind, 'sites' | 'targets' | 'options' | 'metrics'> & Partial<AnyKind>,
): AnyKind {
  return {
    name,
    doc: `The test kind ${name}.`,
    tables: {},
    headline: [],
    roles: {},
    cost: latencyCost,
    reduce: never,
    ...rest,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as the registry has it.
function latencyCost(options: any) {
  const bytes = plannedCount(options) * 64;
  const amounts = { bytesOut: bytes, bytesIn: bytes, connections: 1, payloadBytes: 64, bps: 1e6 };
  const common = { ...amounts, packetsPerSecond: Math.ceil(options.rate), rows: {} };
  return [{ ...common, durationNs: scheduleNs(options) + options.timeout }];
}

// biome-ignore lint/suspicious/noExplicitAny: as the registry has it.
function throughputCost({ duration, warmup }: any) {
  const common = {
    bytesOut: 1e12,
    bytesIn: 1e12,
    connections: 4,
    payloadBytes: 65536,
    packetsPerSecond: null,
    rows: {},
  };
  return [
    { ...common, durationNs: duration + warmup, bps: 'saturating' as const },
    { ...common, durationNs: duration, bps: 0 },
  ];
}

const method = v.optional(v.picklist(['GET', 'HEAD', 'POST']), 'GET');
const streams = v.optional(wholeNumber(1, 64), 4);

/** The kinds in the order of the command `netprobe probes`. */
const KINDS: AnyKind[] = [
  kind('tcp-connect', { sites: 'target', targets: ['tcp'], options: latency({}), metrics: LATENCY }),
  kind('tcp-echo', {
    sites: 'pair',
    targets: [],
    options: latency({ size: v.optional(size({ min: 16, max: 65536 }), '64 B') }),
    metrics: LATENCY,
  }),
  kind('tcp-throughput', {
    sites: 'pair',
    targets: [],
    options: throughput({ streams }),
    metrics: THROUGHPUT,
    cost: throughputCost,
  }),
  kind('http-request', {
    sites: 'pair',
    targets: ['https', 'http'],
    secrets: ['headers.*', 'body'],
    options: latency({
      path: v.optional(v.string(), '/'),
      method,
      headers: v.optional(v.record(v.string(), secret())),
      body: v.optional(secret()),
      expect: v.optional(v.strictObject({ status: v.optional(v.array(wholeNumber(100, 599))) })),
      connection: v.optional(v.picklist(['new', 'reuse']), 'new'),
    }),
    metrics: { response_ms: RTT, failure_ratio: FAILURES },
  }),
  kind('http-throughput', {
    sites: 'pair',
    targets: ['https', 'http'],
    options: throughput({ connections: streams }),
    metrics: THROUGHPUT,
    cost: throughputCost,
    refuses: ({ direction }) => (direction === 'reverse' ? undefined : 'can only download from a target'),
  }),
  kind('ws-echo', {
    sites: 'pair',
    targets: ['wss', 'ws'],
    options: latency({
      size: v.optional(size({ min: 16, max: 65536 }), '64 B'),
      type: v.optional(v.picklist(['binary', 'text'], 'binary or text'), 'binary'),
    }),
    metrics: LATENCY,
  }),
  kind('ws-throughput', {
    sites: 'pair',
    targets: [],
    options: throughput({ streams, size: v.optional(size({ min: 1024, max: 2 ** 24 }), '64 KiB') }),
    metrics: THROUGHPUT,
    cost: throughputCost,
  }),
  kind('udp-echo', {
    sites: 'pair',
    targets: ['stamp'],
    options: latency({ flows: v.optional(wholeNumber(1, 64), 1) }),
    metrics: { rtt_ms: RTT, loss_ratio: FAILURES },
  }),
];

export const testKinds: Registry = new Map(KINDS.map((each) => [each.name, each]));
