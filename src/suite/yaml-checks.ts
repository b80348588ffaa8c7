import { type Alias, type Document, isMap, isScalar, Lexer, type Node, Parser, visit } from 'yaml';
import { type AliasTargets, start } from './source.ts';

const MAX_DEPTH = 100;
/** Aliases in a file: enough for people. */
const MAX_ALIASES = 100;
/** How many aliases following one anchor may expand to: too little for bombs. */
export const MAX_EXPANSION = 1000;

/** Tells of something wrong at an offset. */
export type Tell = (offset: number, message: string) => void;

/**
 * Tells when a text nests too deep, without recursion and before it is composed: the yaml package composes recursively,
 * and near the end of the stack V8 may kill the process instead of throwing.
 */
export function checkDepth(text: string, tell: Tell): void {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)) {
      // Only the parser's stack is of interest here.
    }
    if (parser.stack.length <= MAX_DEPTH) continue;
    tell(parser.offset, `nested deeper than ${MAX_DEPTH} levels`);
    return;
  }
}

/**
 * Tells of duplicate keys, and of aliases that stand for nothing, for themselves, or are too many. The yaml package
 * would compare each key with each other one: this takes one pass.
 */
export function checkNodes(doc: Document.Parsed, tell: Tell): AliasTargets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(doc, {
    Alias(_key, alias, ancestors) {
      const target = anchors.get(alias.source);
      if (target === undefined) tell(start(alias), 'an alias whose anchor is not defined before it');
      else if (ancestors.includes(target)) tell(start(alias), 'an alias of something that contains it');
      else targets.set(alias, target);
      if (targets.size > MAX_ALIASES) tell(start(alias), `more than ${MAX_ALIASES} aliases`);
      return targets.size > MAX_ALIASES ? visit.BREAK : undefined;
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) checkKeys(node.items, tell);
    },
  });
  return targets;
}

function checkKeys(items: readonly { key: unknown }[], tell: Tell): void {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) tell(start(key), `the key ${JSON.stringify(name.slice(0, 60))} is there twice in this map`);
    seen.add(name);
  }
}
