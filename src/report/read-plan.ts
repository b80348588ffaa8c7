import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NetprobeError } from '../contract/error.ts';
import { PLAN_FORMAT, type Plan } from '../contract/plan.ts';

export const PLAN_FILE = 'plan.json';

/** A run folder's plan, and the SHA-256 of the bytes that it was read from. */
export async function readPlan(runFolder: string): Promise<{ plan: Plan; sha256: string }> {
  const bytes = await readFile(join(runFolder, PLAN_FILE)).catch((cause: unknown) => {
    throw invalid('cannot be read', {
      found: cause instanceof Error ? cause.message : String(cause),
      hint: 'give the folder of a run',
    });
  });
  return { plan: parsed(bytes), sha256: createHash('sha256').update(bytes).digest('hex') };
}

function parsed(bytes: Buffer): Plan {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw invalid('is not JSON', { found: cause instanceof Error ? cause.message : String(cause) });
  }
  const format = (value as Partial<Plan> | null)?.format;
  if (format !== PLAN_FORMAT) throw invalid('has another format', { expected: PLAN_FORMAT, found: String(format) });
  return value as Plan;
}

/** Refuses a requirement that judges nothing: it would look like one that was met. */
export function checkRequirements(plan: Plan): void {
  const known = new Set(plan.cells.map((cell) => cell.id));
  for (const { id, cells } of plan.requirements) {
    const stray = cells.find((cell) => !known.has(cell));
    if (cells.length > 0 && stray === undefined) continue;
    throw invalid(`requirement ${id} judges no cell of the plan`, {
      expected: 'at least one cell',
      found: stray ?? 'none',
    });
  }
}

function invalid(what: string, details: { expected?: string; found?: string; hint?: string }): NetprobeError {
  return new NetprobeError('NETPROBE_RECORDS_INVALID', `${PLAN_FILE}: ${what}`, details);
}
