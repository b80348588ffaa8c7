import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { HostPort } from './host.ts';
import type { FromLane } from './messages.ts';

/** A lane that has been asked to end and has not is killed after this long. */
const STOP_GRACE_MS = 1000;

/**
 * Where latency is measured, young objects have no more room than this (there are three such spaces): to collect them
 * more often takes less than a millisecond each time, to collect more of them takes several.
 */
const QUIET_SPACE_MB = 1;
/**
 * There, old objects are not collected before there are so many, which takes longer than most slots of cells: it takes
 * ten milliseconds and more, and is done before each slot begins. A V8 flag: read when a heap is made.
 */
const QUIET_OLD_FLAG = '--initial-old-space-size=256';

/** A lane as a worker thread: rows come through shared memory; it cannot take sockets. */
export function threadLane(lane: URL, { quiet }: { quiet: boolean }): HostPort {
  if (quiet) setFlagsFromString(QUIET_OLD_FLAG);
  const worker = new Worker(lane, quiet ? { resourceLimits: { maxYoungGenerationSizeMb: 3 * QUIET_SPACE_MB } } : {});
  let reason = 'the thread ended';
  // Workers turn an uncaught error into this event; without a listener it would end the whole process.
  worker.on('error', (error) => {
    reason = error.message;
  });
  return {
    post: (message) => worker.postMessage(message),
    listen: (on) => worker.on('message', (message: FromLane) => on(message)),
    onExit: (on) => worker.once('exit', () => on(reason)),
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** NETPROBE_KERNEL=off is for all of netprobe's processes. */
function kernelSetting(): NodeJS.ProcessEnv {
  const setting = process.env['NETPROBE_KERNEL'];
  return setting === undefined ? {} : { NETPROBE_KERNEL: setting };
}

/** The argument by which a lane process is told that it may stay awake between packets. */
export const AWAKE = 'awake';

/**
 * A lane as a child process: it takes sockets; rows come as messages. It inherits no secrets: hardly any environment.
 * `awake`: it may take a core while packets come in quick succession, where one is to spare.
 */
export function processLane(lane: URL, { quiet, awake }: { quiet: boolean; awake: boolean }): HostPort {
  const child = fork(fileURLToPath(lane), awake ? [AWAKE] : [], {
    execArgv: quiet ? [`--max-semi-space-size=${QUIET_SPACE_MB}`, QUIET_OLD_FLAG] : [],
    env: kernelSetting(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`exit ${signal ?? code}`));
    // For good: an 'error' that nobody hears would end the agent.
    child.on('error', (error) => resolve(error.message));
  });
  return {
    post: (message, socket) => {
      if (!child.connected) {
        socket?.destroy();
        return;
      }
      child.send(message, socket, (error) => {
        if (error) socket?.destroy();
      });
    },
    listen: (on) => child.on('message', (message) => on(message as FromLane)),
    onExit: (on) => void exited.then(on),
    stop: async () => {
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      if (child.connected) child.disconnect();
      await exited;
      clearTimeout(kill);
    },
  };
}
