import type { Run } from '../../src/contract/kind.ts';
import { payloads } from '../../src/measure/payload.ts';
import { tcpPipe } from '../../src/measure/pipe.ts';
import { serveThroughput } from '../../src/measure/throughput-responder.ts';
import type { tcpThroughput } from './index.ts';
import type { TcpThroughputOptions } from './options.ts';
import { CHUNK_BYTES } from './wire.ts';

export const run: Run<TcpThroughputOptions, typeof tcpThroughput.tables> = async (assignment, io) => {
  const { accept, finished } = serveThroughput(assignment, io);
  io.serve({ link: (link, stream) => accept(stream, tcpPipe(link, payloads(CHUNK_BYTES))) });
  await finished();
};
