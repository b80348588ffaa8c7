import { stripVTControlCharacters } from 'node:util';

// Controls (C0, DEL, C1), marks that change the direction of text, invisible characters, lone surrogates, tag characters.
const UNSAFE =
  /[\p{Cc}\p{Cs}\u061c\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text of others (sites.yaml, agents, servers) made harmless to print: no escape sequence, no control character, no
 * newline, nothing that hides or reorders what is read, and not longer than `max` characters.
 */
export function inert(text: string, max = 500): string {
  const plain = stripVTControlCharacters(text.slice(0, max * 4))
    .replace(/\s+/gu, ' ')
    .replace(UNSAFE, '')
    .trim();
  const characters = [...plain];
  return characters.length <= max ? plain : `${characters.slice(0, max - 1).join('')}…`;
}
