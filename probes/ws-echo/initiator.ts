import { WebSocket } from 'ws';
import { NetprobeError } from '../../src/contract/error.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { failureFrom, outcomeFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { intendedTimes } from '../../src/contract/schedule.ts';
import { aborted } from '../../src/measure/aborted.ts';
import { InFlight } from '../../src/measure/in-flight.ts';
import type { OpenWebSocket } from '../../src/measure/web-socket.ts';
import { connect } from './connect.ts';
import type { wsEcho } from './index.ts';
import type { WsEchoOptions } from './options.ts';
import { type MessageForm, messageForm } from './wire.ts';

export const run: Run<WsEchoOptions, typeof wsEcho.tables> = async ({ options, seats, seed }, io, signal) => {
  const site = seats[1]?.site ?? 'the target';
  const form = messageForm(options.type, options.size);
  const flights = new InFlight(io.table('echo'), options.timeout, io.clock.now, form.seqOf);
  let unmatched = 0;
  const take = (message: Buffer, at: Ns) => {
    const ours = flights.arrived(message, at);
    if (!ours) unmatched += 1;
    return ours;
  };
  let socket: OpenWebSocket | undefined;
  try {
    socket = await connect(site, options, io, signal, take);
    await Promise.race([socket.ended, aborted(signal), sendAll(socket, form, flights, options, seed, io)]);
  } catch (error) {
    const failure = failureFrom(error, site);
    flights.failAll(outcomeFrom(failure));
    if (flights.received === 0 || signal.aborted) throw failure;
    io.trouble(failure);
  } finally {
    flights.end();
    io.fact('late_replies', flights.late);
    io.fact('unmatched_messages', unmatched);
    io.fact('coalesced_messages', socket?.arrivals.coalesced ?? 0);
    socket?.ws.close();
  }
  if (flights.received === 0) throw noneAnswered(site, flights, unmatched);
};

/** Sends on schedule, and waits until every message is settled. */
async function sendAll(
  { ws, ended }: OpenWebSocket,
  form: MessageForm,
  flights: InFlight,
  options: WsEchoOptions,
  seed: number,
  io: ProbeIo<typeof wsEcho.tables>,
): Promise<void> {
  const { now, start, pace } = io.clock;
  const binary = options.type === 'binary';
  let closing = false;
  await pace(intendedTimes(options, await start(), seed), (intended, seq) => {
    // After the peer's close frame nothing goes out any more, and a message that stays here was not sent.
    closing ||= ws.readyState !== WebSocket.OPEN;
    if (closing) return;
    const message = form.make(seq);
    const sent = now();
    ws.send(message, { binary });
    flights.launched(seq, intended, sent, message);
  });
  await (closing ? ended : flights.empty());
}

function noneAnswered(site: string, { failed, late }: InFlight, unmatched: number): NetprobeError {
  const other = unmatched > 0 ? [`${unmatched} other messages`] : [];
  const found = late > 0 ? [`${late} replies after the timeout`, ...other] : other;
  return new NetprobeError('NETPROBE_TIMEOUT', `${site} answered none of ${failed} messages in time`, {
    expected: 'every message sent back, byte for byte',
    found: found.join(' and ') || 'nothing',
    ...(late > 0 || unmatched === 0 ? {} : { hint: 'is there an echo endpoint at this path?' }),
  });
}
