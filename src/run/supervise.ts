import { NetprobeError } from '../contract/error.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { HostedActivity } from '../lane/host.ts';
import type { CellTask, End } from './cell-task.ts';

/** After its deadline a lane has this long to settle before it is ended. */
const SETTLE_MS = 5_000;
const PROGRESS_MS = 500;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits for an activity, keeps its deadline, and passes an abort on. A lane that hangs is ended. */
export async function supervise(activity: HostedActivity, { cell, deps, signal }: CellTask): Promise<End> {
  const onAbort = () => activity.abort(failureFrom(signal.reason, cell.to));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const ticker = setInterval(() => deps.progress(activity.rows()), PROGRESS_MS);
  let hung: NodeJS.Timeout | undefined;
  const endDeadline = after(cell.deadlineNs / 1e6, () => {
    activity.abort(
      new NetprobeError('NETPROBE_DEADLINE', `${cell.id} was cut off`, {
        expected: `an end within ${cell.deadlineNs / 1e9} s`,
      }),
    );
    hung = setTimeout(() => void deps.lane.stop(), SETTLE_MS);
  });
  try {
    return await activity.done;
  } finally {
    clearInterval(ticker);
    endDeadline();
    clearTimeout(hung);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Calls `due` after so long, however long that is: timers hold no more than 24.8 days. Returns what calls it off. */
function after(ms: number, due: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: number) => {
    const step = Math.min(left, MAX_TIMER_MS);
    timer = setTimeout(() => (left > step ? arm(left - step) : due()), step);
  };
  arm(ms);
  return () => clearTimeout(timer);
}

/** So many times may a silence nearly run out: whoever trickles must not hold everything up. */
const MAX_SILENCES = 40;

/** A promise that must settle, or `count` go up, at least every so often. Rejects with what `late` gives. */
export async function withinSilence<V>(
  promise: Promise<V>,
  ms: number,
  count: () => number,
  late: () => Error,
): Promise<V> {
  for (let silences = 0; silences < MAX_SILENCES; silences += 1) {
    const before = count();
    const quiet = new Error('quiet');
    try {
      return await within(promise, ms, () => quiet);
    } catch (error) {
      if (error !== quiet) throw error;
    }
    if (count() === before) break;
  }
  throw late();
}

/** A promise that must settle in time, and before an abort. Rejects with what `late` gives, or the abort's reason. */
export function within<V>(promise: Promise<V>, ms: number, late: () => Error, signal?: AbortSignal): Promise<V> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}
