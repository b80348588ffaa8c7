/** Rejects with the signal's reason as soon as it is aborted; never resolves. */
export function aborted(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Nobody needs to be waiting when it happens.
  promise.catch(() => undefined);
  return promise;
}
