import type { Ns } from '../../src/contract/records.ts';
import { plannedCount } from '../../src/contract/schedule.ts';

/** What is kept of the requests of all flows together; a reply to one that is no longer kept cannot be checked. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** Beyond the time, so that a burst of sends that were held up does not push out what is waited for. */
const SPARE = 64;

interface Sending {
  count?: number | undefined;
  duration?: Ns | undefined;
  rate: number;
  timeout: Ns;
  flows: number;
}

/** How many requests of a flow are to be kept: replies are known, duplicates and late ones too, for twice the timeout. */
export function kept(options: Sending): number {
  const perFlow = Math.ceil(plannedCount(options) / options.flows);
  return Math.min(perFlow, Math.ceil(((options.rate / options.flows) * 2 * options.timeout) / 1e9) + SPARE);
}

/** How many of a flow there is memory for. */
export function mostKept({ flows, size }: { flows: number; size: number }): number {
  return Math.floor(MOST_BYTES / flows / size);
}
