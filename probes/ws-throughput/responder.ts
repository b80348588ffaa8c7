import { WebSocketServer } from 'ws';
import type { Run } from '../../src/contract/kind.ts';
import { payloads } from '../../src/measure/payload.ts';
import { endOf } from '../../src/measure/pipe.ts';
import { serveThroughput } from '../../src/measure/throughput-responder.ts';
import type { wsThroughput } from './index.ts';
import type { WsThroughputOptions } from './options.ts';
import { wsPipe } from './pipe.ts';
import { streamOf } from './wire.ts';

export const run: Run<WsThroughputOptions, typeof wsThroughput.tables> = async (assignment, io) => {
  const { size, streams } = assignment.options;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: size,
  });
  const { accept, finished } = serveThroughput(assignment, io);
  io.serve({
    upgrade(request, stream, head) {
      const number = streamOf(request.url ?? '');
      if (number === undefined) stream.destroy();
      else
        server.handleUpgrade(request, stream, head, (ws) => {
          // A message longer than agreed, or what is no message: nothing more is owed.
          ws.on('error', () => ws.terminate());
          accept(number, wsPipe({ ws, stream, ended: endOf(stream), streams }, payloads(size), io.clock.now));
        });
    },
  });
  await finished();
};
