import type { Ns } from '../contract/records.ts';

/** Timers fire up to 1.5 ms off, so the last stretch before an intended time is spun through the event loop. */
const SPIN_NS = 1.5e6;
/** Overdue sends go out in bursts of at most this many, so that a late loop still reads its replies between them. */
const BURST = 64;
/** Timers hold no longer delay; whoever waits longer looks again then. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Open-loop pacing: calls `send(intended, index)` once for each time of `at`, never early, whether or not earlier ones
 * were answered. A loop that falls behind catches up at once: nothing is dropped, and the lateness stays visible as
 * the difference of actual and intended times. Resolves after the last send; rejects with the signal's reason, or with
 * what `send` throws.
 */
export function pace(
  now: () => Ns,
  at: Iterable<Ns>,
  send: (intended: Ns, index: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const times = at[Symbol.iterator]();
    let next = times.next();
    let index = 0;
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;

    const settle = (end: () => void) => {
      clearTimeout(timer);
      clearImmediate(immediate);
      signal.removeEventListener('abort', onAbort);
      end();
    };
    const onAbort = () => settle(() => reject(signal.reason));

    const sendDue = () => {
      for (let burst = 0; burst < BURST && !next.done && next.value <= now(); burst += 1) {
        send(next.value, index);
        if (signal.aborted) return;
        index += 1;
        next = times.next();
      }
    };
    const step = () => {
      try {
        sendDue();
      } catch (error) {
        settle(() => reject(error));
        return;
      }
      if (signal.aborted) return;
      if (next.done) {
        settle(resolve);
        return;
      }
      const wait = next.value - now();
      if (wait > SPIN_NS) timer = setTimeout(step, Math.min(Math.floor((wait - SPIN_NS) / 1e6), MAX_TIMER_MS));
      else immediate = setImmediate(step);
    };

    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort);
    step();
  });
}
