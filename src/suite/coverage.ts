import type { AnyKind, Metric, Registry } from '../contract/kind.ts';
import { describe } from '../contract/options.ts';
import type { Path } from './paths.ts';
import { oneOf, type Reading, suggest, tell } from './report.ts';
import type { That } from './requirement.ts';
import type { SuiteEntry, SuiteLink } from './suite.ts';

/** What requirements refer to. */
export interface Judged {
  registry: Registry;
  entries: readonly SuiteEntry[];
  links: readonly SuiteLink[];
  /** All site names, in file order. */
  names: readonly string[];
  /** The sites that are controls: what is measured there tells of this vantage, and is judged only where it is named. */
  controls: ReadonlySet<string>;
  /** Whether entries and links are all that the file has: if some are wrong, what seems to be missing may be one of them. */
  complete: boolean;
}

/** What a requirement is about: its probe as written or found, the entries of it, and the metric there. */
export interface Covered {
  probe: string;
  probes: string[];
  metric: Metric;
}

/** Finds what a requirement covers, by its probe or, without one, by its metric. Tells of what is not there. */
export function cover(
  reading: Reading,
  probe: string | undefined,
  that: That,
  path: Path,
  judged: Judged,
): Covered | undefined {
  const kinds = new Set(judged.entries.map((entry) => entry.kind));
  if (probe === undefined) return coverByMetric(reading, that, path, judged, [...kinds]);
  const probes = probesNamed(probe, judged.entries);
  const kind = judged.registry.get(judged.entries.find((entry) => entry.probe === probes[0])?.kind ?? '');
  if (kind === undefined) {
    const known = [...new Set([...kinds, ...judged.entries.map((entry) => entry.probe)])];
    if (!judged.complete) return undefined;
    const problem = {
      message: `the suite has no probe ${describe(probe)}`,
      expected: oneOf(known),
      ...suggest(probe, known),
    };
    return void tell(reading, [...path, 'probe'], problem);
  }
  const metric = metricOf(kind, that.metric);
  return metric === undefined ? unknownMetric(reading, path, that, [kind]) : { probe, probes, metric };
}

/** A kind's name covers all of its entries; an entry's name with a number only that one. */
function probesNamed(probe: string, entries: readonly SuiteEntry[]): string[] {
  return entries.filter((entry) => entry.kind === probe || entry.probe === probe).map((entry) => entry.probe);
}

function coverByMetric(reading: Reading, that: That, path: Path, judged: Judged, names: string[]): Covered | undefined {
  const kinds = names.map((name) => judged.registry.get(name)).filter((kind) => kind !== undefined);
  const having = kinds.filter((kind) => metricOf(kind, that.metric) !== undefined);
  const [kind] = having;
  const metric = kind && metricOf(kind, that.metric);
  if (!judged.complete) return undefined;
  if (kind === undefined || metric === undefined) return unknownMetric(reading, path, that, kinds);
  if (having.length > 1) {
    const names = having.map((each) => each.name);
    const message = `several probes of the suite have ${that.metric}`;
    return void tell(reading, path, { message, expected: `probe: ${oneOf(names)}` });
  }
  return { probe: kind.name, probes: probesNamed(kind.name, judged.entries), metric };
}

function metricOf(kind: AnyKind, name: string): Metric | undefined {
  const metrics: Record<string, Metric> = kind.metrics;
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}

function unknownMetric(reading: Reading, path: Path, { metric }: That, kinds: AnyKind[]): undefined {
  const known = [...new Set(kinds.flatMap((kind) => Object.keys(kind.metrics)))];
  const of = kinds.map((kind) => kind.name).join(', ');
  const problem = {
    message: `${of} has no metric ${describe(metric)}`,
    expected: oneOf(known),
    ...suggest(metric, known),
  };
  return void tell(reading, [...path, 'that'], problem);
}
