import type { Socket } from 'node:net';
import { isMainThread, parentPort } from 'node:worker_threads';
import { registry } from '../probes/index.ts';
import { openKernel } from '../src/kernel/native.ts';
import { runLane } from '../src/lane/lane.ts';
import type { FromLane, LanePort, ToLane } from '../src/lane/messages.ts';
import { AWAKE } from '../src/lane/spawn.ts';

// A measuring lane: a worker thread of `netprobe run`, or a child process of `netprobe agent`, which takes sockets.

function threadPort(port: NonNullable<typeof parentPort>): LanePort {
  return {
    sharesMemory: true,
    post: (message: FromLane) => port.postMessage(message),
    listen: (on) => port.on('message', (message: ToLane) => on(message)),
  };
}

function processPort(): LanePort {
  // The lane lives and dies with its agent; signals are the agent's to handle.
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  return {
    sharesMemory: false,
    post: (message: FromLane) => {
      if (process.connected) process.send?.(message);
    },
    listen: (on) => process.on('message', (message, socket) => on(message as ToLane, socket as Socket | undefined)),
  };
}

const port = isMainThread || parentPort === null ? processPort() : threadPort(parentPort);
runLane(port, registry, openKernel(), { awake: isMainThread && process.argv.includes(AWAKE) });
