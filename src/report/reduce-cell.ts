import { NetprobeError } from '../contract/error.ts';
import type { Counts, Estimate, Reduced } from '../contract/estimate.ts';
import type { AnyKind, Part, Registry } from '../contract/kind.ts';
import type { PlanCell } from '../contract/plan.ts';
import type { SeatRecords, Tables } from '../contract/records.ts';

/** A cell's records as estimates: its parts first, when it is a composite, then the cell itself. */
export async function reduceCell(
  cell: PlanCell,
  kind: AnyKind,
  seats: SeatRecords<Tables>[],
  registry: Registry,
): Promise<Reduced<string>> {
  const options = parsedOptions(kind, cell.options, cell.id);
  const parts: Record<string, Record<string, Estimate>> = {};
  for (const part of kind.parts?.(options) ?? []) parts[part.name] = await reducePart(part, cell, seats, registry);
  const { reduce } = await kind.reduce();
  const reduced = reduce(options, ofPart(seats, ''), parts);
  checkCounts(cell.id, reduced.counts);
  return reduced;
}

async function reducePart(part: Part, cell: PlanCell, seats: SeatRecords<Tables>[], registry: Registry) {
  const kind = kindOf(part.kind, cell.id, registry);
  const { reduce } = await kind.reduce();
  return reduce(parsedOptions(kind, part.options, cell.id), ofPart(seats, part.name), {}).metrics;
}

function ofPart(seats: SeatRecords<Tables>[], part: string): SeatRecords<Tables>[] {
  return seats.filter((seat) => seat.part === part);
}

/** A kind of the registry by name. A plan may name one that this version does not have. */
export function kindOf(name: string, cell: string, registry: Registry): AnyKind {
  const kind = registry.get(name);
  if (kind !== undefined) return kind;
  throw new NetprobeError(
    'NETPROBE_RECORDS_INVALID',
    `plan.json: ${cell} is of a kind that this version does not have`,
    {
      expected: [...registry.keys()].join(', '),
      found: name,
    },
  );
}

function parsedOptions(kind: AnyKind, options: unknown, cell: string): unknown {
  const parsed = kind.options.parse(options);
  if (parsed.ok) return parsed.value;
  const issue = parsed.issues[0];
  throw new NetprobeError(
    'NETPROBE_RECORDS_INVALID',
    `plan.json: ${cell} has options that ${kind.name} does not take`,
    {
      ...(issue === undefined ? {} : { expected: `${issue.expected} as ${issue.path.join('.')}`, found: issue.found }),
    },
  );
}

function checkCounts(cell: string, counts: Counts): void {
  const { planned, sent, received, lost, failed, skipped } = counts;
  if (sent === received + lost + failed && planned === sent + skipped) return;
  throw new NetprobeError('NETPROBE_RECORDS_INVALID', `the counts of ${cell} do not add up`, {
    expected: 'sent = received + lost + failed, planned = sent + skipped',
    found: JSON.stringify(counts),
  });
}
