import { execFile } from 'node:child_process';
import type { Fact } from './missing.ts';

/** It is often outside of the search path of a plain user. */
const PROGRAMS = ['ip', '/usr/sbin/ip', '/sbin/ip'];
const TIMEOUT_MS = 2000;

type Row = Record<string, unknown>;

/** The first object that iproute2's `ip -j …` prints; or why there is none: not installed, refused, without -j. */
export async function ipJson(...args: string[]): Promise<Fact<Row>> {
  for (const program of PROGRAMS) {
    const answer = await run(program, ['-j', ...args]);
    if (answer !== undefined) return answer;
  }
  return { value: null, why: 'the ip command is not installed' };
}

/** Undefined when there is no such program. */
function run(program: string, args: string[]): Promise<Fact<Row> | undefined> {
  const words = `ip ${args.join(' ')}`;
  return new Promise((resolve) => {
    execFile(program, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const row = firstRow(stdout);
      if (error?.code === ('ENOENT' as unknown)) resolve(undefined);
      else if (error) resolve({ value: null, why: `${words}: ${stderr.trim().split('\n')[0] || error.message}` });
      else resolve(row === undefined ? { value: null, why: `${words} printed no JSON` } : { value: row });
    });
  });
}

function firstRow(text: string): Row | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
    return typeof row === 'object' && row !== null ? (row as Row) : undefined;
  } catch {
    return undefined;
  }
}
