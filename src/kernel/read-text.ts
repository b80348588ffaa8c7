import { readFileSync, readlinkSync } from 'node:fs';
import type { Fact } from './missing.ts';

/** What a small file of /proc or /sys says, without the white space around it. */
export function readText(path: string): Fact<string> {
  return attempt(path, () => readFileSync(path, 'utf8').trim());
}

/** The last part of what a symbolic link leads to. */
export function readLinkName(path: string): Fact<string> {
  return attempt(path, () => readlinkSync(path).split('/').at(-1) ?? '');
}

/** A file that holds whole numbers; `count` of them, or it is not read. */
export function readNumbers(path: string, count: number): Fact<number[]> {
  const text = readText(path);
  if (text.value === null) return text;
  const words = text.value.split(/\s+/);
  if (words.length === count && words.every((word) => /^-?\d{1,15}$/.test(word))) return { value: words.map(Number) };
  return { value: null, why: `${path} reads ${JSON.stringify(text.value.slice(0, 80))}` };
}

/** A file that holds one whole number. */
export function readNumber(path: string): Fact<number> {
  const numbers = readNumbers(path, 1);
  return numbers.value === null ? numbers : { value: numbers.value[0] as number };
}

function attempt(path: string, read: () => string): Fact<string> {
  try {
    const value = read();
    return value === '' ? { value: null, why: `${path} is empty` } : { value };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { value: null, why: code === 'ENOENT' ? `there is no ${path}` : `${path} cannot be read: ${code ?? error}` };
  }
}
