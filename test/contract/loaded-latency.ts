import * as v from 'valibot';
import type { Estimate } from '../../src/contract/estimate.ts';
import type { ProbeKind, Reduce } from '../../src/contract/kind.ts';
import { defineOptions } from '../../src/contract/options.ts';
import { plannedCount } from '../../src/contract/schedule.ts';
import { duration, formatDuration, rate } from '../../src/contract/units.ts';

// A composite, written against the contract alone: echoes before and while throughput takes all that the path gives.

const schema = v.strictObject({
  idle: v.optional(duration(), '5s'),
  load: v.optional(duration({ min: 200e6 }), '10s'),
  rate: v.optional(rate(), '20/s'),
});
type Options = v.InferOutput<typeof schema>;

const delay = { unit: 'ms', better: 'lower', form: 'sample', doc: 'Round-trip time.', ref: 'RFC 2681' } as const;
const metrics = {
  idle_rtt_ms: delay,
  loaded_rtt_ms: { ...delay, doc: 'Round-trip time while the path is saturated.' },
  induced_ms: { ...delay, form: 'scalar', doc: 'Mean loaded round-trip time less the mean idle one.' },
} as const;

const RESPITE_NS = 1e9;

/** The part's estimate of a metric; missing when the part left none. */
function estimateOf(parts: Record<string, Record<string, Estimate>>, part: string, metric: string): Estimate {
  return parts[part]?.[metric] ?? { is: 'missing', why: `${part} was not measured` };
}

function received(estimate: Estimate): number[] {
  return estimate.is === 'sample' ? [...estimate.values].filter((value) => value !== Number.POSITIVE_INFINITY) : [];
}

function induced(idle: Estimate, loaded: Estimate): Estimate {
  const [before, during] = [received(idle), received(loaded)];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (before.length === 0 || during.length === 0) return { is: 'missing', why: 'one of the two was not received' };
  return { is: 'scalar', value: mean(during) - mean(before) };
}

const reduce: Reduce<Options, Record<never, never>, keyof typeof metrics> = (options, _, parts) => {
  const idle = estimateOf(parts, 'idle', 'rtt_ms');
  const loaded = estimateOf(parts, 'loaded', 'rtt_ms');
  const planned = [options.idle, options.load].reduce(
    (sum, ns) => sum + plannedCount({ duration: ns, rate: options.rate }),
    0,
  );
  const sent = [idle, loaded].reduce((sum, each) => sum + (each.is === 'sample' ? each.values.length : 0), 0);
  const answered = received(idle).length + received(loaded).length;
  return {
    counts: {
      planned,
      sent,
      received: answered,
      lost: sent - answered,
      failed: 0,
      skipped: planned - sent,
      omitted: 0,
    },
    metrics: { idle_rtt_ms: idle, loaded_rtt_ms: loaded, induced_ms: induced(idle, loaded) },
    sendLateness: { is: 'missing', why: 'its parts have their own' },
  };
};

export const loadedLatency: ProbeKind<Options, Record<never, never>, keyof typeof metrics> = {
  name: 'loaded-latency',
  doc: 'Round-trip time on an idle path, and while throughput saturates it.',
  sites: 'pair',
  targets: [],
  options: defineOptions(schema),
  tables: {},
  metrics,
  headline: ['induced_ms', 'loaded_rtt_ms'],
  cost({ idle, load }, { bps }) {
    const durationNs = idle + RESPITE_NS + load;
    const bytes = bps === undefined ? null : Math.ceil((bps / 8) * (load / 1e9));
    const cost = { durationNs, bytesIn: bytes, bytesOut: bytes, connections: 6, payloadBytes: 64, rows: {} };
    return [0, 1].map(() => ({ ...cost, bps: 'saturating', packetsPerSecond: null }));
  },
  parts({ idle, load, rate: perSecond }) {
    const echo = (ns: number) => ({ duration: formatDuration(ns), rate: `${perSecond}/s` });
    return [
      { name: 'idle', kind: 'tcp-echo', options: echo(idle), startNs: 0 },
      { name: 'load', kind: 'tcp-throughput', options: { duration: formatDuration(load) }, startNs: idle + RESPITE_NS },
      { name: 'loaded', kind: 'tcp-echo', options: echo(load), startNs: idle + RESPITE_NS, seats: [0, 1] },
    ];
  },
  roles: {},
  reduce: async () => ({ reduce }),
};
