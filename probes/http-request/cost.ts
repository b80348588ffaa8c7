import type { Cost } from '../../src/contract/kind.ts';
import type { Ns } from '../../src/contract/records.ts';
import { plannedCount, scheduleNs } from '../../src/contract/schedule.ts';
import type { HttpRequestOptions } from './options.ts';
import { MAX_BODY_BYTES } from './wire.ts';

/** The head of a request or an answer, and what frames a body. */
const HEAD_BYTES = 16 * 1024;
/** What one read may bring beyond the point at which an answer is cut off. */
const READ_BYTES = 64 * 1024;
/** Certificates and what else a TLS handshake takes, each way. */
const HANDSHAKE_BYTES = 32 * 1024;
/** What TLS records and chunked framing add is taken to be no more than as much again. */
const FRAMED = 2;
/** So many connections an agent lets be replaced: with those kept at first, fewer than it grants by default. */
const MAX_REPLACED = 9_000;

/** Kept connections are opened one after another, so far apart. */
export const OPENING_EVERY_MS = 10;

/** Connections that are not being opened by then are opened when a request needs them. */
export function fillNs(o: HttpRequestOptions): Ns {
  return o.connection === 'new' ? 0 : o.timeout + o.connections * OPENING_EVERY_MS * 1e6;
}

/** Worst case of the initiator and of an agent. What headers and body hold is not known when this is asked. */
export function httpRequestCost(o: HttpRequestOptions): Cost[] {
  const count = plannedCount(o);
  const connections = o.connection === 'new' ? count : o.connections + count;
  const granted = o.connection === 'new' ? count : o.connections + Math.min(count, MAX_REPLACED);
  const body = o.body === undefined ? 0 : MAX_BODY_BYTES;
  const asked = body + HEAD_BYTES;
  // Every connection to an agent is proved by one more request, when requests are to reuse it.
  const out = bytes(count * asked + connections * (HANDSHAKE_BYTES + HEAD_BYTES));
  const inward = (answer: number) => bytes(count * answer + connections * (HANDSHAKE_BYTES + answer));
  const answered = HEAD_BYTES + o.response_size;
  const common = {
    // Opening connections, the last of them being connected and proved, then the schedule and the last request's time.
    durationNs: fillNs(o) + scheduleNs(o) + 3 * o.timeout,
    payloadBytes: Math.max(body, o.response_size),
    packetsPerSecond: Math.ceil(o.rate),
  };
  const most = o.max_body + HEAD_BYTES + READ_BYTES;
  return [
    {
      ...common,
      connections,
      bytesOut: out,
      bytesIn: inward(Math.max(most, answered)),
      bps: bytes(o.rate * Math.max(most, asked) * 8),
      rows: { request: count, connection: connections },
    },
    {
      ...common,
      connections: granted,
      bytesOut: inward(answered),
      bytesIn: out,
      bps: bytes(o.rate * Math.max(answered, asked) * 8),
      rows: {},
    },
  ];
}

function bytes(exact: number): number {
  return Math.min(Math.ceil(FRAMED * exact), Number.MAX_SAFE_INTEGER);
}
