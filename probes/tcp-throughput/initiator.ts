import type { Run } from '../../src/contract/kind.ts';
import { payloads } from '../../src/measure/payload.ts';
import { tcpPipe } from '../../src/measure/pipe.ts';
import { driveThroughput } from '../../src/measure/throughput-initiator.ts';
import type { tcpThroughput } from './index.ts';
import type { TcpThroughputOptions } from './options.ts';
import { CHUNK_BYTES } from './wire.ts';

const CONNECT_TIMEOUT_NS = 10e9;
const READ_BUFFER_BYTES = 1024 * 1024;

export const run: Run<TcpThroughputOptions, typeof tcpThroughput.tables> = (assignment, io) => {
  // One thread reads all streams, one read at a time: they can share the buffer.
  const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  return driveThroughput(assignment, io, async (stream) => {
    const link = await io.connect(1, { stream, timeoutNs: CONNECT_TIMEOUT_NS, buffer });
    return tcpPipe(link, payloads(CHUNK_BYTES));
  });
};
