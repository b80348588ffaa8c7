import type { NetprobeError } from '../contract/error.ts';

/** The meaning of every exit code of every command. */
export const EXIT = {
  /** Every requirement passed, every cell completed. */
  pass: 0,
  /** A requirement failed. */
  fail: 1,
  /** The command line or a file is wrong. */
  usage: 2,
  /** Nothing failed, but something is undecided or was not measured. */
  inconclusive: 3,
  /** Evidence was altered. */
  altered: 4,
  /** Interrupted; what was measured is written. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WORDS: Record<ExitCode, string> = {
  0: 'every requirement passed',
  1: 'a requirement failed',
  2: 'usage or configuration error',
  3: 'undecided or incomplete',
  4: 'evidence altered',
  130: 'interrupted; what was measured is written',
};

/** What the exit code says, for the last line that a person reads. */
export function exitWords(code: ExitCode, { verdicts }: { verdicts: unknown[] }): string {
  return code === EXIT.pass && verdicts.length === 0
    ? 'everything was measured; no requirement was given'
    : WORDS[code];
}

interface Judged {
  run: { status: string };
  summary: { fail: number; inconclusive: number; incomplete: number };
}

/** The exit code of a finished run. Where several apply: 130, then 1, then 3. */
export function exitOfReport({ run, summary }: Judged): ExitCode {
  if (run.status === 'interrupted') return EXIT.interrupted;
  if (summary.fail > 0) return EXIT.fail;
  if (summary.inconclusive > 0 || summary.incomplete > 0) return EXIT.inconclusive;
  return EXIT.pass;
}

/** The exit code of a command that ended with an error. */
export function exitOfError(error: NetprobeError): ExitCode {
  if (error.code === 'NETPROBE_ABORTED') return EXIT.interrupted;
  const usage =
    error.origin === 'config' || error.code === 'NETPROBE_OUT_UNWRITABLE' || error.code === 'NETPROBE_LISTEN';
  return usage ? EXIT.usage : EXIT.inconclusive;
}
