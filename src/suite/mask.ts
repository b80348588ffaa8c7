import { isMap, isScalar, isSeq, Lexer, type Node, parseDocument, type Scalar, visit } from 'yaml';
import type { Registry } from '../contract/kind.ts';
import { pattern } from './paths.ts';
import { publicText, REDACTED } from './redact.ts';
import type { Vault } from './secrets.ts';
import type { Source } from './source.ts';

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * A valid sites.yaml as it may be copied into a run folder: literal secrets, and the user info and query values of
 * URLs, are replaced; comments and layout stay. The result is YAML again.
 */
export function maskedSource(source: Source, registry: Registry, vault: Vault): string {
  const secrets = secretScalars(source, registry);
  const edits = [...scalarEdits(source, secrets, vault), ...commentEdits(source.text, vault)];
  const edited = apply(source.text, edits);
  const scrubbed = vault.scrub(edited);
  if (isYaml(scrubbed)) return scrubbed;
  // A secret that is part of a key, an anchor or a quotation leaves no YAML behind: then all of it becomes a comment.
  return scrubbed.replace(/^/gm, '# ');
}

/** The scalars at the paths where sites.yaml may hold secrets, whichever way aliases lead to them. */
function secretScalars(source: Source, registry: Registry): Set<Scalar> {
  const entries = source.node(['suite']);
  const items = isSeq<Node>(entries) ? entries.items : [];
  const options = items.flatMap((item) => {
    const map = source.follow(item);
    const key = isMap<Scalar, Node | null>(map) ? map.items[0]?.key.value : undefined;
    const paths = registry.get(String(key))?.secrets ?? [];
    return paths.flatMap((path) => nodesAt(source, map, [String(key), ...pattern(path)]));
  });
  const root = source.node([]);
  const tokens = root === undefined ? [] : nodesAt(source, root, ['sites', '*', 'token']);
  return new Set([...tokens, ...options].filter((node) => isScalar(node)));
}

function nodesAt(source: Source, from: Node, path: readonly string[]): Node[] {
  const node = source.follow(from);
  const [name, ...rest] = path;
  if (name === undefined) return [node];
  if (isSeq<Node>(node)) return node.items.flatMap((item) => nodesAt(source, item, rest));
  if (!isMap<Scalar, Node | null>(node)) return [];
  const pairs = node.items.filter(({ key }) => name === '*' || String(key.value) === name);
  return pairs.flatMap(({ value }) => (value === null ? [] : nodesAt(source, value, rest)));
}

function scalarEdits(source: Source, secrets: Set<Scalar>, vault: Vault): Edit[] {
  const edits: Edit[] = [];
  visit(source.doc, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string' || node.range == null) return;
      const text = secrets.has(node) ? REDACTED : vault.scrub(publicText(node.value));
      if (text === node.value) return;
      const [start, end] = node.range;
      // A block scalar ends with its newline, which belongs to the layout.
      const newline = source.text.slice(start, end).endsWith('\n') ? '\n' : '';
      edits.push({ start, end, text: JSON.stringify(text) + newline });
    },
  });
  return edits;
}

/** Comments often hold a line that was in use once. */
function commentEdits(text: string, vault: Vault): Edit[] {
  const edits: Edit[] = [];
  let start = 0;
  let content = false;
  for (const lexeme of new Lexer().lex(text)) {
    // The lexer's own marks are not part of the text: \x02 a document, \x18 an error, \x1f content that follows.
    if (lexeme === '\x02' || lexeme === '\x18' || lexeme === '\x1f') {
      content = lexeme === '\x1f';
      continue;
    }
    if (lexeme.startsWith('#') && !content) {
      const masked = vault.scrub(publicText(lexeme));
      if (masked !== lexeme) edits.push({ start, end: start + lexeme.length, text: masked });
    }
    start += lexeme.length;
    content = false;
  }
  return edits;
}

/** Applies edits; of two that overlap (a comment in a block scalar's header) the outer one. */
function apply(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    if (edit.start < from) continue;
    pieces.push(text.slice(from, edit.start), edit.text);
    from = edit.end;
  }
  return pieces.join('') + text.slice(from);
}

function isYaml(text: string): boolean {
  return parseDocument(text, { prettyErrors: false, uniqueKeys: false }).errors.length === 0;
}
