const WATCHED = /^(TCP|TLS|Pipe|Process|Timeout|Worker|Message)/;

function held(): string[] {
  return process.getActiveResourcesInfo().filter((name) => WATCHED.test(name));
}

/**
 * What keeps this process alive now; the returned function resolves once nothing of it is left that was not there
 * before. A handle that stays makes the test run into its timeout.
 */
export function watchHandles(): () => Promise<void> {
  const before = counted(held());
  return async () => {
    const more = () => [...counted(held())].filter(([name, count]) => count > (before.get(name) ?? 0));
    while (more().length > 0) await new Promise((resolve) => setImmediate(resolve));
  };
}

function counted(names: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
