import type { Assignment } from '../../src/contract/assignment.ts';
import type { Flow } from '../../src/contract/intervals.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { type HttpServer, httpServer } from '../../src/measure/http-server.ts';
import { warmUp } from '../../src/measure/http-warm-up.ts';
import type { Pipe } from '../../src/measure/pipe.ts';
import { driveThroughput } from '../../src/measure/throughput-initiator.ts';
import { bothWays } from './both-ways.ts';
import { openDownload } from './download.ts';
import { fetchAgainAndAgain } from './fetching.ts';
import type { httpThroughput } from './index.ts';
import type { HttpThroughputOptions } from './options.ts';
import { openUpload } from './upload.ts';
import { streamPath } from './wire.ts';

type Io = ProbeIo<typeof httpThroughput.tables>;

const OPEN_TIMEOUT_NS = 10e9;

export const run: Run<HttpThroughputOptions, typeof httpThroughput.tables> = async (assignment, io, signal) => {
  const server = httpServer(io, assignment.seats[1]?.site ?? 'the target', assignment.options);
  await warmUp(server);
  if (server.agent) await withAgent(server, assignment, io);
  else await fetchAgainAndAgain(server, assignment.options, OPEN_TIMEOUT_NS, io, signal);
};

function withAgent(server: HttpServer, assignment: Assignment<HttpThroughputOptions>, io: Io): Promise<void> {
  const { options } = assignment;
  const streams = options.connections;
  return driveThroughput({ ...assignment, options: { ...options, streams } }, io, (stream, flows) =>
    openStream(server, stream, flows, io),
  );
}

async function openStream(server: HttpServer, stream: number, flows: Flow[], io: Io): Promise<Pipe> {
  const session = server.url.pathname;
  const up = () => openUpload(server, session + streamPath('up', stream), OPEN_TIMEOUT_NS);
  const down = () => openDownload(server, session + streamPath('down', stream), OPEN_TIMEOUT_NS, io.clock.now);
  if (flows.length === 1) return flows[0] === 'fwd' ? up() : down();
  const [sender, receiver] = await Promise.all([up(), down()]);
  return bothWays({ sender, receiver });
}
