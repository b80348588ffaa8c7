import { type ErrorCode, NetprobeError } from '../contract/error.ts';

/** One thing wrong in sites.yaml, at its line and column (both from 1). */
export interface Problem {
  line: number;
  column: number;
  /** What is wrong. */
  message: string;
  expected?: string;
  found?: string;
  /** What was probably meant. */
  suggestion?: string;
}

/** As many as are kept: a file with more is not going to be repaired by reading them all. */
const MAX_PROBLEMS = 100;

/** Everything that is wrong with one sites.yaml, in file order. */
export class SuiteProblems extends NetprobeError {
  readonly fileName: string;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, fileName: string, problems: readonly Problem[], more = 0) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.map((problem) => renderProblem(fileName, problem));
    super(code, [...lines, ...(more > 0 ? [`${fileName}: and ${more} more problems`] : [])].join('\n'));
    this.name = 'SuiteProblems';
    this.fileName = fileName;
    this.problems = sorted;
  }
}

/** A problem as a line of text: `sites.yaml:12:7: unknown key "rat"; expected one of …; did you mean "rate"?` */
function renderProblem(fileName: string, problem: Problem): string {
  const { message, expected, found, suggestion } = problem;
  const parts = [message];
  if (expected !== undefined) parts.push(`expected ${expected}`);
  if (found !== undefined) parts.push(`found ${found}`);
  if (suggestion !== undefined) parts.push(`did you mean "${suggestion}"?`);
  return `${fileName}:${problem.line}:${problem.column}: ${parts.join('; ')}`;
}

/** Collects problems while a file is read, so that all of them are told at once. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  #count = 0;

  /** Makes the problem only when it is kept: finding its place takes time, and there may be a hundred thousand. */
  add(make: () => Problem): void {
    this.#count += 1;
    if (this.#kept.length < MAX_PROBLEMS) this.#kept.push(make());
  }

  get count(): number {
    return this.#count;
  }

  /** Throws what was collected; does nothing when there is none. */
  throwAny(code: ErrorCode, fileName: string): void {
    if (this.#count > 0) throw new SuiteProblems(code, fileName, this.#kept, this.#count - this.#kept.length);
  }
}
