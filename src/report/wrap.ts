// East Asian wide and fullwidth forms, and emoji: two columns of a terminal each.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /\p{M}/u;

/** How many columns of a terminal a plain text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/**
 * Breaks plain text into lines of at most `width` columns: at spaces and after arrows, else within a word. Only plain
 * spaces are lost, where a line ends; others, such as those that do not break, are text.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=[ →])/u)) {
    if (displayWidth(unspaced(line + word)) > width && line !== '') {
      lines.push(unspaced(line));
      line = '';
    }
    const pieces = chop(line + word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, unspaced(line)];
}

/** Cuts what is too wide, whatever it is. A trailing space may stand out: it is trimmed where the line ends. */
function chop(text: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (displayWidth(unspaced(piece + character)) > width && piece !== '') {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** Without the plain spaces at its end. */
function unspaced(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
