import { dirname } from 'node:path';
import { NetprobeError } from '../contract/error.ts';
import type { Registry } from '../contract/kind.ts';
import { check } from '../contract/options.ts';
import { readEntries } from './entries.ts';
import { checkSuite } from './feasible.ts';
import { mergePairs, readLinks } from './links.ts';
import { maskedSource } from './mask.ts';
import { ProblemList } from './problems.ts';
import { readTextFile } from './read-file.ts';
import { isMap, type Reading, tell, tellIssues } from './report.ts';
import { readRequirements } from './requirements.ts';
import { topSchema } from './schema.ts';
import { Vault } from './secrets.ts';
import { readSites } from './sites.ts';
import type { Source } from './source.ts';
import { HERE, type Suite } from './suite.ts';
import { parseYaml } from './yaml.ts';

/** Reads and validates a sites.yaml. Throws NetprobeErrors only; SuiteProblems tells all that is wrong with the file. */
export async function loadSuite(path: string, registry: Registry): Promise<Suite> {
  return parseSuite(await readTextFile(path), path, registry);
}

/** Validates the text of a sites.yaml. `fileName` is what errors call it; its folder is where secret files are sought. */
export function parseSuite(text: string, fileName: string, registry: Registry): Suite {
  try {
    const syntax = new ProblemList();
    const source = parseYaml(text, fileName, syntax);
    syntax.throwAny('NETPROBE_SUITE_SYNTAX', fileName);
    return readSuite(source as Source, registry);
  } catch (error) {
    if (error instanceof NetprobeError) throw error;
    throw new NetprobeError('NETPROBE_INTERNAL', `${fileName}: reading it failed, which is a bug of netprobe`, {
      cause: error,
    });
  }
}

function readSuite(source: Source, registry: Registry): Suite {
  const { fileName, json } = source;
  const reading: Reading = { source, problems: new ProblemList() };
  const stopIfWrong = () => reading.problems.throwAny('NETPROBE_SUITE_INVALID', fileName);
  if (!isMap(json)) {
    tell(reading, [], { message: 'not a sites.yaml', expected: 'a map that starts with netprobe: 1' });
    stopIfWrong();
    throw new Error('a problem was told and not thrown');
  }
  const vault = new Vault({ directory: dirname(fileName) });
  const top = check(topSchema, json);
  if (!top.ok) tellIssues(reading, [], top.issues);
  const parts = readParts(reading, json, registry, vault);
  stopIfWrong();
  const { title, seed = 1, rounds = 1 } = top.ok ? top.value : {};
  const { items, ...rest } = parts;
  const requirements = items.map((item) => item.requirement);
  const suite: Suite = { fileName, title: title ?? null, seed, rounds, ...rest, requirements, vault, masked: '' };
  checkSuite(reading, suite, items, registry);
  stopIfWrong();
  return { ...suite, masked: maskedSource(source, registry, vault) };
}

function readParts(reading: Reading, json: Record<string, unknown>, registry: Registry, vault: Vault) {
  const { problems } = reading;
  const has = (key: string) => Object.hasOwn(json, key);
  const { sites, names } = has('sites') ? readSites(reading, json['sites'], vault) : { sites: [], names: [HERE] };
  const before = problems.count;
  // Without `links`, this machine measures every site.
  const all = { text: `${HERE} -> *`, path: ['sites'], explicit: false, pairs: everySite(names) };
  const linkItems = has('links') ? readLinks(reading, json['links'], ['links'], names) : [all];
  const links = mergePairs(linkItems);
  const entries = has('suite') ? readEntries(reading, json['suite'], registry, vault) : [];
  const complete = problems.count === before && has('suite');
  const controls = new Set(sites.filter(({ role }) => role === 'control').map(({ name }) => name));
  const judged = { registry, entries, links, names, controls, complete };
  // An empty `require:` is one whose lines are commented out.
  const items = readRequirements(reading, json['require'] ?? [], judged);
  return { sites, links, entries, items };
}

function everySite(names: readonly string[]) {
  return names.filter((name) => name !== HERE).map((to) => ({ from: HERE, to }));
}
