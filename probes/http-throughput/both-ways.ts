import type { Pipe } from '../../src/measure/pipe.ts';

/** A duplex stream: one connection sends, the other receives. Without either it has ended. */
export function bothWays({ sender, receiver }: { sender: Pipe; receiver: Pipe }): Pipe {
  return {
    receive: (on) => receiver.receive(on),
    send: () => sender.send(),
    sent: () => sender.sent(),
    ended: Promise.race([sender.ended, receiver.ended]),
    destroy() {
      sender.destroy();
      receiver.destroy();
    },
  };
}
