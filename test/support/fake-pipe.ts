import { NetprobeError } from '../../src/contract/error.ts';
import type { Ns } from '../../src/contract/records.ts';
import type { Pipe } from '../../src/measure/pipe.ts';

/** A pipe over nothing: the test says what arrives and when it ends. */
export function fakePipe() {
  let on: (bytes: number, at: Ns) => void = () => undefined;
  let end: (reason: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => {
    end = resolve;
  });
  const state = { sending: false, destroyed: false, sent: 0 };
  const pipe: Pipe = {
    receive: (receiver) => {
      on = receiver;
    },
    send: () => {
      state.sending = true;
    },
    sent: () => state.sent,
    ended,
    destroy: () => {
      state.destroyed = true;
      end(new NetprobeError('NETPROBE_CLOSED', 'closed by this side'));
    },
  };
  return { pipe, state, arrive: (bytes: number, at: Ns) => on(bytes, at), end };
}
