import type net from 'node:net';
import type { Registry } from '../../src/contract/kind.ts';
import type { HostPort } from '../../src/lane/host.ts';
import { runLane } from '../../src/lane/lane.ts';
import type { FromLane, ToLane } from '../../src/lane/messages.ts';

/** A lane in this very thread: the same code as in a worker or child process, over a queue instead of a channel. */
export function inProcessLane(registry: Registry, sharesMemory: boolean): HostPort {
  let toLane: (message: ToLane, socket?: net.Socket) => void = () => undefined;
  let toHost: (message: FromLane) => void = () => undefined;
  let exited: (reason: string) => void = () => undefined;
  const lane = runLane(
    {
      sharesMemory,
      // As over a real channel: messages are copied, and arrive later.
      post: (message) => {
        const copy = message.is === 'chunk' ? message : structuredClone(message);
        setImmediate(() => toHost(copy));
      },
      listen: (on) => {
        toLane = on;
      },
    },
    registry,
    { missing: 'lanes of tests do without' },
  );
  return {
    post: (message, socket) => {
      const copy = structuredClone(message);
      setImmediate(() => {
        if (socket) startReading(socket);
        toLane(copy, socket);
      });
    },
    listen: (on) => {
      toHost = on;
    },
    onExit: (on) => {
      exited = on;
    },
    stop: async () => {
      lane.close();
      exited('stopped');
    },
  };
}

/** The front stopped the handle for its journey; a socket that made none still believes it is being read. */
function startReading(socket: net.Socket): void {
  const { _handle: handle } = socket as unknown as { _handle?: { reading: boolean; readStart(): void } };
  if (!handle || handle.reading) return;
  handle.reading = true;
  handle.readStart();
}
