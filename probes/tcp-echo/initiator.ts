import { randomBytes } from 'node:crypto';
import { NetprobeError } from '../../src/contract/error.ts';
import type { Link } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { failureFrom, outcomeFrom } from '../../src/contract/outcome.ts';
import { intendedTimes } from '../../src/contract/schedule.ts';
import { aborted } from '../../src/measure/aborted.ts';
import { InFlight } from '../../src/measure/in-flight.ts';
import { EchoCutter, makeEcho } from '../../src/wire/echo.ts';
import type { tcpEcho } from './index.ts';
import type { TcpEchoOptions } from './options.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export const run: Run<TcpEchoOptions, typeof tcpEcho.tables> = async ({ options, seats, seed }, io, signal) => {
  const { now, start, pace } = io.clock;
  const site = seats[1]?.site ?? 'the agent';
  const link = await io.connect(1, {
    stream: 0,
    timeoutNs: options.timeout,
    buffer: Buffer.allocUnsafe(READ_BUFFER_BYTES),
  });
  if (options.dscp !== undefined) link.mark(options.dscp);
  io.fact('connect_ns', link.phases.connect);
  const flights = new InFlight(io.table('echo'), options.timeout, now);
  const broken = breaks(link, flights, options.size, site);
  const padding = randomBytes(options.size);
  const sendAll = async () => {
    await pace(intendedTimes(options, await start(), seed), (intended, seq) => {
      const message = makeEcho(seq, padding);
      const sent = now();
      link.stream.write(message);
      flights.launched(seq, intended, sent, message);
    });
    await flights.empty();
  };
  try {
    await Promise.race([broken, aborted(signal), sendAll()]);
  } catch (error) {
    const failure = failureFrom(error, site);
    flights.failAll(outcomeFrom(failure));
    if (flights.received === 0 || failure.code === 'NETPROBE_ABORTED') throw failure;
    io.trouble(failure);
  } finally {
    flights.end();
    io.fact('late_replies', flights.late);
    link.stream.end();
  }
  if (flights.received === 0)
    throw new NetprobeError('NETPROBE_TIMEOUT', `${site} answered none of ${flights.failed} requests in time`);
};

/** Reads replies; rejects when the connection ends or brings something else. Never resolves. */
function breaks(link: Link, flights: InFlight, size: number, site: string): Promise<never> {
  const cutter = new EchoCutter(size);
  const broken = new Promise<never>((_, reject) => {
    link.read((chunk, at) =>
      cutter.push(chunk, (message) => {
        if (!flights.arrived(message, at))
          reject(
            new NetprobeError('NETPROBE_AGENT_GARBAGE', `${site} sent a reply that answers no request`, {
              expected: 'the bytes that were sent',
              found: 'other bytes',
            }),
          );
      }),
    );
    link.stream.on('error', reject);
    const closed = () => reject(new NetprobeError('NETPROBE_AGENT_CLOSED', `${site} closed the connection`));
    link.stream.on('end', closed);
    link.stream.on('close', closed);
  });
  // After the race is decided, the end of the connection is expected.
  broken.catch(() => undefined);
  return broken;
}
