import { NetprobeError } from '../../src/contract/error.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Ns } from '../../src/contract/records.ts';
import { type OpenWebSocket, openWebSocket } from '../../src/measure/web-socket.ts';
import type { wsEcho } from './index.ts';
import type { WsEchoOptions } from './options.ts';
import { connectHow, upgradeRequest } from './request.ts';

/** What a target may send besides its echoes: a greeting, for one. */
const MAX_FOREIGN_BYTES = 64 * 1024;

/**
 * Connects, opens the WebSocket and writes how long that took. `take` gets every message, those before the first
 * request too, and says whether it answers one.
 */
export async function connect(
  site: string,
  options: WsEchoOptions,
  io: ProbeIo<typeof wsEcho.tables>,
  signal: AbortSignal,
  take: (message: Buffer, at: Ns) => boolean,
): Promise<OpenWebSocket> {
  const endpoint = io.endpoint(1, 'ws');
  const { agent } = endpoint;
  const request = upgradeRequest(endpoint, options);
  const link = await io.connect(1, connectHow(endpoint, options));
  const socket = await openWebSocket(link, request, {
    peer: { site, agent },
    maxPayload: agent ? options.size : MAX_FOREIGN_BYTES,
    timeoutNs: options.timeout,
    now: io.clock.now,
    signal,
    message: (message, at) => {
      // An agent says nothing but its echoes, each once; who knows what a target has to say.
      if (!take(message, at) && agent) link.stream.destroy(unmatched(site));
    },
  });
  io.table('handshake').put({ ...link.phases, upgrade: socket.upgradeNs });
  return socket;
}

function unmatched(site: string): NetprobeError {
  return new NetprobeError('NETPROBE_AGENT_GARBAGE', `${site} sent a message that answers no request`, {
    expected: 'the bytes that were sent',
    found: 'other bytes',
  });
}
