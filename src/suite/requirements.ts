import { check, describe } from '../contract/options.ts';
import { cover, type Judged } from './coverage.ts';
import { type LinkItem, mergePairs, pairName, readLink, readLinks } from './links.ts';
import type { Path } from './paths.ts';
import { type Reading, tell, tellIssues } from './report.ts';
import { judgementOf, parseThat } from './requirement.ts';
import { requirementSchema } from './schema.ts';
import type { SuiteLink, SuiteRequirement } from './suite.ts';

const MAX_REQUIREMENTS = 1000;
const THAT =
  'a metric, a quantile, a comparison and a number, as in rtt_ms p99 <= 20, failure_ratio <= 0.1% or loss_ratio <= 1e-5';

/** A requirement, where it stands, and the links it names (none when it is about all). */
export interface RequirementItem {
  path: Path;
  links: LinkItem[];
  requirement: SuiteRequirement;
}

/** Reads `require`, telling of every wrong item. */
export function readRequirements(reading: Reading, json: unknown, judged: Judged): RequirementItem[] {
  const path = ['require'];
  if (!Array.isArray(json) || json.length > MAX_REQUIREMENTS) {
    tell(reading, path, {
      message: 'wrong value for "require"',
      expected: `a list of at most ${MAX_REQUIREMENTS} requirements`,
    });
    return [];
  }
  const lines = new Map<string, number>();
  const items = json.map((item, i) => readRequirement(reading, item, [...path, i], judged));
  return items.filter((item) => {
    if (item === undefined) return false;
    const earlier = lines.get(item.requirement.id);
    const at = [...item.path, 'id'];
    if (earlier !== undefined) {
      const message = `the id ${describe(item.requirement.id)} is already that of the requirement on line ${earlier}`;
      tell(reading, at, { message, expected: 'an id of its own' });
    }
    lines.set(item.requirement.id, earlier ?? reading.source.locate(at, 'value').line);
    return true;
  }) as RequirementItem[];
}

function readRequirement(reading: Reading, json: unknown, path: Path, judged: Judged): RequirementItem | undefined {
  const result = check(requirementSchema, json);
  if (!result.ok) return void tellIssues(reading, path, result.issues);
  const { id, clause, level, that: text, on_unreachable: onUnreachable, max_withheld: maxWithheld } = result.value;
  const links = readScope(reading, result.value.links, [...path, 'links'], judged);
  const that = parseThat(text);
  if (that === undefined) {
    tell(reading, [...path, 'that'], { message: 'not a requirement', expected: THAT, found: describe(text) });
    return undefined;
  }
  const covered = cover(reading, result.value.probe, that, path, judged);
  if (covered === undefined || links === undefined) return undefined;
  const judgement = judgementOf(that, covered.metric);
  if ('message' in judgement) return void tell(reading, [...path, 'that'], judgement);
  const { probe, probes } = covered;
  const pairs = judgedPairs(links, judged);
  if (pairs.length === 0 && judged.links.length > 0) {
    const message = `${id} judges nothing: all its links lead to controls`;
    return void tell(reading, path, { message, expected: 'a link to another site, or one that names the control' });
  }
  const about = { id, clause: clause ?? null, level, probe, probes, links: pairs, metric: that.metric };
  return { path, links, requirement: { ...about, ...judgement, text: text.trim(), onUnreachable, maxWithheld } };
}

/** What a requirement judges: the links that it names, and of those that it does not name one by one all but controls. */
function judgedPairs(links: LinkItem[], judged: Judged): SuiteLink[] {
  const candidates = (pairs: readonly SuiteLink[]) => pairs.filter(({ to }) => !judged.controls.has(to));
  if (links.length === 0) return candidates(judged.links);
  return mergePairs(links.map((item) => (item.explicit ? item : { ...item, pairs: candidates(item.pairs) })));
}

/** The links that a requirement names, narrowed to those of the suite; undefined when one is wrong or not there. */
function readScope(
  reading: Reading,
  given: string | string[] | undefined,
  path: Path,
  judged: Judged,
): LinkItem[] | undefined {
  if (given === undefined) return [];
  const read =
    typeof given === 'string'
      ? [readLink(reading, given, path, judged.names)]
      : readLinks(reading, given, path, judged.names);
  const items = read.filter((item) => item !== undefined);
  if (items.length === 0 || items.length < [given].flat().length) return undefined;
  const measured = new Set(judged.links.map(pairName));
  const narrowed = items.map((item) => ({ ...item, pairs: item.pairs.filter((pair) => measured.has(pairName(pair))) }));
  const lost = narrowed.filter((item) => item.pairs.length === 0);
  for (const item of judged.complete ? lost : []) {
    tell(reading, item.path, {
      message: `${item.text} is not measured`,
      expected: 'a link that the suite\'s "links" include',
    });
  }
  return lost.length > 0 ? undefined : narrowed;
}
