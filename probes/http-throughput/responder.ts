import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Run } from '../../src/contract/kind.ts';
import type { Ns } from '../../src/contract/records.ts';
import { payloads } from '../../src/measure/payload.ts';
import { endOf, type Pipe, pump, tcpPipe } from '../../src/measure/pipe.ts';
import { serveThroughput } from '../../src/measure/throughput-responder.ts';
import { bothWays } from './both-ways.ts';
import type { httpThroughput } from './index.ts';
import type { HttpThroughputOptions } from './options.ts';
import { CHUNK_BYTES, ENDLESS, parseStream, type Way } from './wire.ts';

export const run: Run<HttpThroughputOptions, typeof httpThroughput.tables> = async (assignment, io) => {
  const { options } = assignment;
  const streams = options.connections;
  const { accept, finished } = serveThroughput({ ...assignment, options: { ...options, streams } }, io);
  const halves = new Map<number, Partial<Record<Way, Pipe>>>();
  const take = (way: Way, stream: number, pipe: Pipe) => {
    const both = { ...halves.get(stream), [way]: pipe };
    halves.set(stream, both);
    if (options.direction !== 'duplex') accept(stream, pipe);
    else if (both.up && both.down) accept(stream, bothWays({ sender: both.down, receiver: both.up }));
  };
  io.serve({
    http(request, response) {
      const [way, stream] = parseStream(request.method, request.url) ?? [];
      if (way === undefined || stream === undefined || halves.get(stream)?.[way]) response.writeHead(404).end();
      else take(way, stream, way === 'up' ? receiving(request, response, io.clock.now) : sending(response));
    },
  });
  await finished();
};

/** A request's body as a pipe. It is answered at once, and the answer never ends. */
function receiving(request: IncomingMessage, response: ServerResponse, now: () => Ns): Pipe {
  const { socket } = request;
  response.writeHead(200);
  response.flushHeaders();
  return {
    receive: (on) => {
      request.on('data', (chunk: Buffer) => on(chunk.length, now()));
    },
    send: () => undefined,
    sent: () => 0,
    ended: endOf(socket),
    destroy: () => socket.destroy(),
  };
}

/** An answer's body as a pipe. */
function sending(response: ServerResponse): Pipe {
  const chunk = payloads(CHUNK_BYTES);
  response.writeHead(200, { 'content-length': ENDLESS, 'content-type': 'application/octet-stream' });
  response.flushHeaders();
  const { socket } = response.req;
  // Nothing is received here: the parser reads the socket.
  const over = tcpPipe({ stream: socket, read: () => undefined }, chunk);
  return { ...over, send: () => pump(response, chunk) };
}
