import { NetprobeError } from '../contract/error.ts';

/** What the user is told when a file of the run cannot be written. */
export function writeFailure(path: string, error: unknown, kept: string): NetprobeError {
  const reason = error instanceof Error ? error.message : String(error);
  return new NetprobeError('NETPROBE_WRITE_FAILED', `cannot write ${path}: ${reason}; ${kept}`, { cause: error });
}

/** The error of reading records that are not what a journal writes. `line` counts from 1. */
export function invalidRecords(
  file: string,
  line: number | null,
  what: string,
  details: { expected?: string; found?: string } = {},
): NetprobeError {
  const where = line === null ? file : `${file}, line ${line}`;
  return new NetprobeError('NETPROBE_RECORDS_INVALID', `${where}: ${what}`, details);
}
