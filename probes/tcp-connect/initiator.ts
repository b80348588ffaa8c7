import type { NetprobeError } from '../../src/contract/error.ts';
import type { ProbeIo } from '../../src/contract/io.ts';
import type { Run } from '../../src/contract/kind.ts';
import { failureFrom, outcomeCode, outcomeFrom } from '../../src/contract/outcome.ts';
import type { Ns } from '../../src/contract/records.ts';
import { intendedTimes } from '../../src/contract/schedule.ts';
import type { tcpConnect } from './index.ts';
import type { TcpConnectOptions } from './options.ts';

export const run: Run<TcpConnectOptions, typeof tcpConnect.tables> = async ({ options, seats, seed }, io, signal) => {
  const { start, pace } = io.clock;
  const tries: Promise<NetprobeError | undefined>[] = [];
  await pace(intendedTimes(options, await start(), seed), (intended, seq) => {
    tries.push(connectOnce(seq, intended, options.timeout, seats[1]?.site ?? 'target', io, signal));
  });
  const failures = await Promise.all(tries);
  // One that answered is a measurement; none that did is a site that is down.
  const own = failures.find((failure) => failure?.origin === 'local');
  if (own !== undefined) io.trouble(own);
  const first = failures.find((failure) => failure !== undefined);
  if (first !== undefined && failures.every((failure) => failure !== undefined)) throw first;
};

/** One handshake, recorded. Gives the failure, if it was one. */
async function connectOnce(
  seq: number,
  intended: Ns,
  timeoutNs: Ns,
  site: string,
  io: ProbeIo<typeof tcpConnect.tables>,
  signal: AbortSignal,
): Promise<NetprobeError | undefined> {
  const sent = io.clock.now();
  try {
    const link = await io.connect(1, { timeoutNs });
    link.stream.destroy();
    const handshake = link.phases.connect ?? 0;
    io.table('connect').put({
      seq,
      intended,
      sent,
      received: sent + handshake,
      outcome: outcomeCode('received'),
      handshake,
    });
    return undefined;
  } catch (error) {
    const failure = failureFrom(error, site);
    // An abort is no answer of the target's, and no failure of it.
    const outcome = signal.aborted ? 'skipped' : outcomeFrom(failure);
    io.table('connect').put({ seq, intended, sent, received: null, outcome: outcomeCode(outcome), handshake: null });
    return failure;
  }
}
