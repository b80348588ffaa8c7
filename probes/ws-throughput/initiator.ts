import type { Run } from '../../src/contract/kind.ts';
import { payloads } from '../../src/measure/payload.ts';
import { driveThroughput } from '../../src/measure/throughput-initiator.ts';
import { openWebSocket } from '../../src/measure/web-socket.ts';
import type { wsThroughput } from './index.ts';
import type { WsThroughputOptions } from './options.ts';
import { wsPipe } from './pipe.ts';
import { streamUrl } from './wire.ts';

const OPEN_TIMEOUT_NS = 10e9;

export const run: Run<WsThroughputOptions, typeof wsThroughput.tables> = (assignment, io, signal) => {
  const { options, seats } = assignment;
  const { now } = io.clock;
  const peer = { site: seats[1]?.site ?? 'the agent', agent: true };
  const endpoint = io.endpoint(1, 'ws');
  return driveThroughput(assignment, io, async (stream) => {
    const link = await io.connect(1, { timeoutNs: OPEN_TIMEOUT_NS });
    const request = { url: streamUrl(endpoint.url, stream), headers: endpoint.proof() };
    const how = { peer, maxPayload: options.size, timeoutNs: OPEN_TIMEOUT_NS, now, signal };
    const { ws, ended } = await openWebSocket(link, request, how);
    const reason = ended.catch((error: Error) => error);
    return wsPipe({ ws, stream: link.stream, ended: reason, streams: options.streams }, payloads(options.size), now);
  });
};
