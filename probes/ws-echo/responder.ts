import { WebSocket, WebSocketServer } from 'ws';
import type { Run } from '../../src/contract/kind.ts';
import type { wsEcho } from './index.ts';
import type { WsEchoOptions } from './options.ts';

/** A controller that sends without reading must not fill this side's memory. */
const MAX_QUEUED_BYTES = 256 * 1024;

/** Sends every message back as it comes, text as text; how much that may be is bounded by the session's caps. */
export const run: Run<WsEchoOptions, typeof wsEcho.tables> = async ({ options }, io) => {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.size,
  });
  let echoed = 0;
  io.serve({
    upgrade: (request, stream, head) =>
      server.handleUpgrade(request, stream, head, (ws) =>
        echo(ws, () => {
          echoed += 1;
        }),
      ),
  });
  for await (const _message of io.heard(0));
  io.fact('echoed_messages', echoed);
};

function echo(ws: WebSocket, echoed: () => void): void {
  const sent = () => {
    if (ws.isPaused && ws.readyState === WebSocket.OPEN && ws.bufferedAmount <= MAX_QUEUED_BYTES / 2) ws.resume();
  };
  ws.on('message', (message: Buffer, binary) => {
    ws.send(message, { binary }, sent);
    echoed();
    if (ws.bufferedAmount > MAX_QUEUED_BYTES) ws.pause();
  });
  // A message longer than agreed, or what is no message: nothing more is owed.
  ws.on('error', () => ws.terminate());
}
