import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:accuracy -- [--scenario NAME]… [--tool NAME]… [--seconds N] [--repeats N] [--out FILE.json]
                          [--asleep] [--list] [--quick]
`;

export interface Arguments {
  scenarios: string[];
  tools: string[];
  seconds: number | null;
  repeats: number;
  out: string | null;
  list: boolean;
  quick: boolean;
  /** Leaves idle cores their sleep. */
  asleep: boolean;
}

/** Throws on what it does not know. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: 'string', multiple: true, default: [] },
      tool: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string' },
      repeats: { type: 'string', default: '1' },
      out: { type: 'string' },
      list: { type: 'boolean', default: false },
      asleep: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  return {
    scenarios: values.scenario,
    tools: values.tool,
    seconds: values.seconds === undefined ? null : positive(values.seconds),
    repeats: positive(values.repeats),
    out: values.out ?? null,
    list: values.list,
    quick: values.quick,
    asleep: values.asleep,
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`expected a whole number above 0, found ${text}`);
  return number;
}
