import type { Metric, ProbeKind } from '../../src/contract/kind.ts';
import { DNS_MS } from '../../src/contract/samples.ts';
import { plannedCount, scheduledSamples, scheduleNs } from '../../src/contract/schedule.ts';
import { HELLO_NS } from './hello.ts';
import { DIRECTION_METRICS, LOSS_METRICS, ROUND_TRIP_METRICS } from './metric-docs.ts';
import { options, type UdpEchoOptions } from './options.ts';

const tables = {
  /**
   * The sender's: a row per request, in the order of sending. `flow` is the source port's number, `seq` counts within a
   * flow. `unsent` is null, or why this machine could not send it (an outcome's code).
   */
  request: { flow: 'uint', seq: 'uint', intended: 'ns', sent: 'ns', unsent: 'code' },
  /**
   * The sender's: a row per reply that brought its request's random bits back, in the order of arrival; duplicates and
   * late ones too. `kernel` is the kernel's receive stamp (null: there was none), `received` this process's own.
   * `reflector_seq` is the reflector's own counter. `far_received` and `far_sent` are the stamps that the reply carries,
   * ns after this cell's start by the wall clocks of either end: good for differences, for one-way delays only when both
   * clocks are (null: absurd).
   */
  reply: {
    flow: 'uint',
    seq: 'uint',
    reflector_seq: 'uint',
    received: 'ns',
    kernel: 'ns',
    far_received: 'ns',
    far_sent: 'ns',
  },
  /**
   * The agent's: a row per request that reached it and was answered, duplicates too, in the order of arrival, by its own
   * clock. `reflector_seq` counts the replies to a flow: 0, 1, 2 …, so that a row left out shows.
   */
  reflect: { flow: 'uint', seq: 'uint', reflector_seq: 'uint', received: 'ns', kernel: 'ns', sent: 'ns' },
} as const;

const metrics = {
  ...ROUND_TRIP_METRICS,
  ...LOSS_METRICS,
  ...DIRECTION_METRICS,
  dns_ms: DNS_MS,
} as const satisfies Record<string, Metric>;

/** Rows are kept for so many packets per request: duplicates are rows too. */
const COPIES = 2;
/** And for some more, so that a short cell's bad luck is not cut off. */
const SPARE_ROWS = 1000;

/** Round trip, loss, reordering and duplication of UDP packets, each direction apart, by STAMP (RFC 8762, RFC 8972). */
export const udpEcho: ProbeKind<UdpEchoOptions, typeof tables, keyof typeof metrics> = {
  name: 'udp-echo',
  doc: 'Round-trip time, loss, reordering and duplicates of UDP packets, each direction apart, by STAMP (RFC 8762): to an agent, or to any STAMP reflector at stamp://host:862.',
  sites: 'pair',
  targets: ['stamp'],
  options,
  secrets: ['key'],
  tables,
  metrics,
  headline: ['rtt_ms', 'ipdv_abs_ms', 'loss_ratio', 'loss_fwd_ratio', 'loss_rev_ratio'],
  cost(o) {
    const count = plannedCount(o);
    const packets = COPIES * count + SPARE_ROWS;
    const common = {
      // Saying hello, the schedule, and the last reply.
      durationNs: HELLO_NS + scheduleNs(o) + 2 * o.timeout,
      bytesOut: packets * o.size,
      bytesIn: packets * o.size,
      connections: o.flows,
      payloadBytes: o.size,
      bps: Math.ceil(o.rate * o.size * 8),
      packetsPerSecond: Math.ceil(o.rate),
    };
    return [
      { ...common, rows: { request: count, reply: packets } },
      { ...common, rows: { reflect: packets } },
    ];
  },
  refuses: (o, scheme) =>
    scheme === 'stamp' && o.mode === 'authenticated' && o.key === undefined
      ? 'authenticated mode needs the key that the reflector has: key: { env: NAME }'
      : undefined,
  samples: scheduledSamples,
  roles: {
    initiator: () => import('./initiator.ts'),
    responder: () => import('./responder.ts'),
  },
  reduce: () => import('./metrics.ts'),
};
