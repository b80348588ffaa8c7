import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import type { Path } from './paths.ts';

/** What each alias stands for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

export interface Position {
  line: number;
  column: number;
}

/** A parsed YAML file: its value, and where each part of it stands. */
export interface Source {
  readonly fileName: string;
  readonly text: string;
  readonly json: unknown;
  readonly doc: Document.Parsed;
  /** The node at a path, aliases followed. */
  node(path: Path): Node | undefined;
  /** Where the value at a path stands, or its key; where there is none, the innermost map or list on the way to it. */
  locate(path: Path, part: 'key' | 'value'): Position;
  /** The node that an alias stands for; other nodes are themselves. */
  follow(node: Node): Node;
}

/** Tells the position of an offset in a text. */
export function positions(text: string): (offset: number) => Position {
  const lines = new LineCounter();
  for (let next = 0; next !== -1; ) {
    lines.addNewLine(next);
    const end = text.indexOf('\n', next);
    next = end === -1 ? -1 : end + 1;
  }
  return (offset) => {
    const { line, col } = lines.linePos(Math.min(Math.max(offset, 0), text.length));
    return { line, column: col };
  };
}

/** Makes a well-formed document searchable by path. `json` is its value. */
export function makeSource(
  doc: Document.Parsed,
  file: { text: string; fileName: string; json: unknown; targets: AliasTargets },
): Source {
  const { targets, ...rest } = file;
  const position = positions(file.text);
  const follow = (node: Node): Node => (isAlias(node) ? (targets.get(node) ?? node) : node);
  return {
    ...rest,
    doc,
    follow,
    node: (path) => walk(doc.contents, path, follow).found,
    locate(path, part) {
      const { found, key, last } = walk(doc.contents, path, follow);
      return position(start((part === 'key' ? key : undefined) ?? found ?? last));
    },
  };
}

/** Where a node starts in the text. */
export function start(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** Walks down a path: the node there, its key, and the last node on the way that exists. */
function walk(root: Node | null, path: Path, follow: (node: Node) => Node) {
  let found = root === null ? undefined : follow(root);
  let last = found;
  let key: Node | undefined;
  for (const name of path) {
    const pair = found === undefined ? undefined : child(found, name);
    key = pair?.key;
    found = pair?.value === undefined ? undefined : follow(pair.value);
    last = found ?? key ?? last;
  }
  return { found, key, last };
}

interface Child {
  key?: Node | undefined;
  value?: Node | undefined;
}

function child(node: Node, name: string | number): Child | undefined {
  if (isSeq<Node>(node)) return { value: node.items[Number(name)] };
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
  return pair && { key: pair.key, value: pair.value ?? undefined };
}
