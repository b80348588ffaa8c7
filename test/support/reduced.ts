import type { Reduced } from '../../src/contract/estimate.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import { type Outcome, outcomeOf } from '../../src/contract/outcome.ts';
import type { PlanCell } from '../../src/contract/plan.ts';
import type { CellRecords } from '../../src/journal/read-run.ts';
import type { Played } from './play-cell.ts';
import { readBack } from './read-back.ts';

export interface Measured extends Played {
  read: CellRecords;
  reduced: Reduced<string>;
}

/** A cell that was played, with its records read from a journal and reduced, as a report does. */
export async function reduced(kind: AnyKind, cell: PlanCell, played: Played): Promise<Measured> {
  const read = await readBack(cell.id, kind, played.records);
  const parsed = kind.options.parse(cell.options);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { reduce } = await kind.reduce();
  return { ...played, read, reduced: reduce(parsed.value, read.seats, {}) };
}

/** What became of each sample, in the order in which they were settled. */
export function outcomesOf({ read }: { read: CellRecords }, table: string): (Outcome | undefined)[] {
  return Array.from(read.seats[0]?.rows[table]?.['outcome'] ?? [], outcomeOf);
}
