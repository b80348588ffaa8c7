import type dgram from 'node:dgram';
import { startClock } from '../clock/monotonic.ts';
import { NetprobeError } from '../contract/error.ts';
import { dialDatagrams } from '../lane/datagram-dial.ts';
import { encodeErrorEstimate } from '../wire/stamp/error-estimate.ts';
import { minimumSize } from '../wire/stamp/layout.ts';
import { matchReply, writeRequest } from '../wire/stamp/packet.ts';
import { openSession } from '../wire/stamp/session.ts';
import { TOKEN_BYTES } from '../wire/stamp/tlv.ts';
import type { Resolved } from './resolve.ts';

/** Packets that are sent before a reflector is said not to answer, and the time between two of them. */
const TRIES = 4;
const EVERY_MS = 500;
const MODE = 'unauthenticated';

/** Whether a STAMP reflector answers there, with an unauthenticated packet or a few. Rejects when it does not. */
export async function reachStamp(name: string, to: Resolved, port: number, signal: AbortSignal): Promise<void> {
  const clock = startClock();
  let socket: dgram.Socket | undefined;
  const way = await dialDatagrams(
    { name, port, ...to },
    {
      flow: 0,
      timeoutNs: TRIES * EVERY_MS * 1e6,
      now: clock.now,
      kernel: { missing: 'not needed' },
      signal,
      opened: (made) => {
        socket = made;
      },
      carried: () => undefined,
    },
  );
  try {
    await answered(way, name, signal);
  } finally {
    way.close();
    socket?.unref();
  }
}

function answered(way: Awaited<ReturnType<typeof dialDatagrams>>, name: string, signal: AbortSignal): Promise<void> {
  const errorEstimate = encodeErrorEstimate({ synchronised: false, format: 'ntp', errorNs: null });
  const terms = {
    mode: MODE,
    size: minimumSize(MODE),
    ssid: 1,
    token: Buffer.alloc(TOKEN_BYTES),
    secret: null,
  } as const;
  const session = openSession({ ...terms, errorEstimate });
  const packets: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const say = () => {
      if (packets.length === TRIES) {
        settle(() => reject(silent(name)));
        return;
      }
      const packet = Buffer.alloc(session.layout.size);
      writeRequest(packet, session, packets.length, Math.floor(Date.now() / 1000), 0);
      packets.push(packet);
      way.send(packet, (failure) => failure && settle(() => reject(failure)));
    };
    const again = setInterval(say, EVERY_MS);
    const onAbort = () => settle(() => reject(signal.reason));
    const settle = (end: () => void) => {
      clearInterval(again);
      signal.removeEventListener('abort', onAbort);
      end();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    way.read(
      (reply) => {
        if (packets.some((packet) => matchReply(session, packet, reply, 'foreign') === 'match')) settle(resolve);
      },
      (failure) => settle(() => reject(failure)),
    );
    say();
  });
}

function silent(name: string): NetprobeError {
  return new NetprobeError('NETPROBE_TIMEOUT', `${name} answered none of ${TRIES} STAMP packets`, {
    expected: 'a STAMP reflector, in unauthenticated mode',
    found: 'nothing',
    hint: 'one in authenticated mode does not answer this; a run with its key will tell',
  });
}
