import { NetprobeError } from '../contract/error.ts';
import { failureFrom } from '../contract/outcome.ts';
import type { HostedActivity } from '../lane/host.ts';
import type { CellTask, End } from './cell-task.ts';

/** After its deadline a lane has this long to settle before it is ended. */
const SETTLE_MS = 5_000;
const PROGRESS_MS = 500;

/** Waits for an activity, keeps its deadline, and passes an abort on. A lane that hangs is ended. */
export async function supervise(activity: HostedActivity, { cell, deps, signal }: CellTask): Promise<End> {
  const onAbort = () => activity.abort(failureFrom(signal.reason, cell.to));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const ticker = setInterval(() => deps.progress(activity.rows()), PROGRESS_MS);
  let hung: NodeJS.Timeout | undefined;
  const deadline = setTimeout(() => {
    activity.abort(
      new NetprobeError('NETPROBE_DEADLINE', `${cell.id} was cut off`, {
        expected: `an end within ${cell.deadlineNs / 1e9} s`,
      }),
    );
    hung = setTimeout(() => void deps.lane.stop(), SETTLE_MS);
  }, cell.deadlineNs / 1e6);
  try {
    return await activity.done;
  } finally {
    clearInterval(ticker);
    clearTimeout(deadline);
    clearTimeout(hung);
    signal.removeEventListener('abort', onAbort);
  }
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
