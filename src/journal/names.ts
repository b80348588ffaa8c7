import { NetprobeError } from '../contract/error.ts';

export const JOURNAL_FOLDER = 'journal';
export const SAMPLES_FOLDER = 'samples';
/** The run's own records: what became of each cell. */
export const RUN_FILE = 'run.ndjson';

/** What the name of a file of samples tells. */
export interface SeatFile {
  cell: string;
  attempt: number;
  seat: number;
}

const SEAT_FILE = /^(.+)\.(\d+)\.(\d+)\.ndjson$/;
// A cell's id reaches here from other machines' records too: it must not name a place outside the folder.
const UNSAFE = /^$|^\.|[\p{Cc}/\\]/u;

/** The file that holds one seat's records of one attempt at a cell. */
export function seatFileName({ cell, attempt, seat }: SeatFile): string {
  const whole = Number.isSafeInteger(attempt) && attempt >= 0 && Number.isSafeInteger(seat) && seat >= 0;
  if (UNSAFE.test(cell) || !whole)
    throw new NetprobeError('NETPROBE_RECORDS_INVALID', 'a record names no file that it could be kept in', {
      expected: 'a cell id without slashes, and whole numbers for attempt and seat',
      found: JSON.stringify({ cell, attempt, seat }),
    });
  return `${cell}.${attempt}.${seat}.ndjson`;
}

/** Reads a file name as seatFileName() made it (sealed or not); undefined for any other file. */
export function parseSeatFileName(name: string): SeatFile | undefined {
  const match = SEAT_FILE.exec(unsealedName(name));
  return match?.[1] === undefined ? undefined : { cell: match[1], attempt: Number(match[2]), seat: Number(match[3]) };
}

/** The name that a journal's file gets when it is sealed. */
export function sealedName(name: string): string {
  return `${name}.gz`;
}

/** The name that a sealed file had in the journal. */
export function unsealedName(name: string): string {
  return name.replace(/\.gz$/, '');
}
