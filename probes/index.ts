import type { AnyKind, Registry } from '../src/contract/kind.ts';
import { httpRequest } from './http-request/index.ts';
import { httpThroughput } from './http-throughput/index.ts';
import { tcpConnect } from './tcp-connect/index.ts';
import { tcpEcho } from './tcp-echo/index.ts';
import { tcpThroughput } from './tcp-throughput/index.ts';
import { udpEcho } from './udp-echo/index.ts';
import { wsEcho } from './ws-echo/index.ts';
import { wsThroughput } from './ws-throughput/index.ts';

/** What can be measured: one line per kind, in the order in which lists show them. */
const kinds: AnyKind[] = [
  tcpConnect, //
  tcpEcho,
  tcpThroughput,
  httpRequest,
  httpThroughput,
  wsEcho,
  wsThroughput,
  udpEcho,
];

export const registry: Registry = new Map(kinds.map((kind) => [kind.name, kind]));
