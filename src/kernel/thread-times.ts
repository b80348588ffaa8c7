import type { Missing } from './missing.ts';
import { readText } from './read-text.ts';

/** The calling thread's time on a processor, and how long it was ready to run but had to wait for one. */
export interface ThreadTimes {
  runNs: number;
  /** Grows when something else holds the cores: a measuring thread that waits is late. */
  waitNs: number;
}

/** Times of the calling thread since its start, from the kernel's scheduler; in a worker those of the worker. */
export function readThreadTimes(): ThreadTimes | Missing {
  const text = readText('/proc/thread-self/schedstat');
  return text.value === null ? { missing: text.why } : parseSchedstat(text.value);
}

/** Reads a schedstat line: ns run, ns waited, time slices. A kernel that does not keep them shows zeros. */
export function parseSchedstat(text: string): ThreadTimes | Missing {
  const found = /^(\d+) (\d+) (\d+)$/.exec(text);
  if (found === null) return { missing: `schedstat reads ${JSON.stringify(text)}` };
  if (found[3] === '0') return { missing: 'this kernel keeps no times of threads' };
  return { runNs: Number(found[1]), waitNs: Number(found[2]) };
}
