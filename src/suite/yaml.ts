import { parseDocument } from 'yaml';
import type { ProblemList } from './problems.ts';
import { makeSource, positions, type Source, start } from './source.ts';
import { syntaxWords } from './syntax-words.ts';
import { checkDepth, checkNodes, MAX_EXPANSION } from './yaml-checks.ts';

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  stringKeys: true,
  strict: true,
  uniqueKeys: false, // checkNodes() finds them
  prettyErrors: false,
} as const;

/** Parses YAML 1.2. Adds to `problems` and gives undefined when it is not well-formed or not safe to expand. */
export function parseYaml(text: string, fileName: string, problems: ProblemList): Source | undefined {
  const position = positions(text);
  let firstAlias = 0;
  const tell = (offset: number, message: string) => problems.add(() => ({ ...position(offset), message }));
  try {
    checkDepth(text, tell);
    if (problems.count > 0) return undefined;
    const doc = parseDocument(text, OPTIONS);
    for (const error of [...doc.errors, ...doc.warnings])
      problems.add(() => ({ ...position(error.pos[0]), ...syntaxWords(error) }));
    if (problems.count > 0) return undefined;
    const targets = checkNodes(doc, tell);
    if (problems.count > 0) return undefined;
    firstAlias = start([...targets.keys()][0]);
    const json: unknown = doc.toJS({ maxAliasCount: MAX_EXPANSION });
    return makeSource(doc, { text, fileName, json, targets });
  } catch (error) {
    // toJS() gives up on alias bombs with this class; whatever else the parser may throw must not reach a user either.
    const bomb = error instanceof ReferenceError;
    tell(firstAlias, bomb ? 'aliases that expand to far too much' : 'more than the YAML parser can take');
    return undefined;
  }
}
