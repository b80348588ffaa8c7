import { tcpEcho } from '../../probes/tcp-echo/index.ts';
import type { Json } from '../../src/contract/json.ts';
import { STREAM_ACK } from '../../src/wire/challenge.ts';
import type { BadPeer, Behaviour } from './bad-agent.ts';
import { meet } from './meet-agent.ts';
import { cellOf } from './play-cell.ts';
import { type Measured, reduced } from './reduced.ts';

/** Bytes of a request, unless the test asks for others. */
export const SIZE = 64;

/** Measures with an agent that is honest but for its streams. */
export async function echoedBy(
  stream: Behaviour['stream'],
  given: { [key: string]: Json } = { count: 20, rate: '500/s' },
): Promise<Measured> {
  const control = async (peer: BadPeer) => {
    await peer.open();
    const tables = {};
    peer.record({ is: 'open', unixNs: '1', kind: 'tcp-echo', role: 'responder', tables });
    await peer.hear();
    peer.record({ is: 'close', at: 1, status: 'completed', error: null });
    peer.say({ is: 'closed', status: 'completed', error: null });
  };
  const played = await meet({ control, ...(stream ? { stream } : {}) }, given);
  return reduced(tcpEcho, cellOf(tcpEcho, given), played);
}

/** Answers each request as the test says; bytes come in any pieces. */
export function answering(
  answer: (socket: Parameters<NonNullable<Behaviour['stream']>>[0], request: Buffer, seq: number) => void,
) {
  const stream: Behaviour['stream'] = (socket) => {
    socket.setNoDelay(true).write(STREAM_ACK);
    let rest = Buffer.alloc(0);
    let seq = 0;
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= SIZE; rest = rest.subarray(SIZE))
        answer(socket, Buffer.from(rest.subarray(0, SIZE)), seq++);
    });
  };
  return stream;
}
