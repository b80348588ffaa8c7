import { closest, distance } from 'fastest-levenshtein';

/** Longer words are nobody's typing error, and comparing them takes time. */
const LONGEST = 64;

/** The one of `known` that `word` was probably meant to be; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length === 0 || word.length > LONGEST) return undefined;
  const lower = word.toLowerCase();
  const found = closest(lower, known);
  return distance(lower, found.toLowerCase()) <= tolerance(word) ? found : undefined;
}

/** Two swapped letters are a distance of two, which in a word of three would be another word. */
function tolerance(word: string): number {
  if (word.length === 1) return 0;
  return word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
}
