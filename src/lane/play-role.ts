import type { Assignment } from '../contract/assignment.ts';
import { NetprobeError } from '../contract/error.ts';
import type { ProbeIo } from '../contract/io.ts';
import type { AnyKind } from '../contract/kind.ts';
import type { Tables } from '../contract/records.ts';

/** A role that has not settled so long after an abort is ended over its head. */
const ABORT_GRACE_MS = 1000;

/**
 * Plays the role that is assigned: settles with it; or, a moment after an abort, without it. Rejects with what it throws,
 * with the abort's reason, or with NETPROBE_AGENT_KIND when the kind has no such role or does not take the options.
 */
export function playRole(
  kind: AnyKind,
  assignment: Assignment,
  io: ProbeIo<Tables>,
  signal: AbortSignal,
): Promise<void> {
  const playing = play(kind, assignment, io, signal);
  return new Promise((resolve, reject) => {
    const late = () => setTimeout(() => reject(signal.reason), ABORT_GRACE_MS).unref();
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
    playing.then(resolve, reject);
  });
}

async function play(kind: AnyKind, assignment: Assignment, io: ProbeIo<Tables>, signal: AbortSignal): Promise<void> {
  const { role, options } = assignment;
  const load = kind.roles[role];
  if (load === undefined)
    throw new NetprobeError('NETPROBE_AGENT_KIND', `${kind.name} has no role ${JSON.stringify(role)}`);
  const parsed = kind.options.parse(options);
  if (!parsed.ok)
    throw new NetprobeError('NETPROBE_AGENT_KIND', `${kind.name}: options that this version does not take`, {
      expected: parsed.issues[0]?.expected ?? '',
      found: parsed.issues[0]?.found ?? '',
    });
  const { run } = await load();
  await run({ ...assignment, options: parsed.value }, io, signal);
}
