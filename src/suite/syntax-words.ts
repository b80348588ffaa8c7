import type { YAMLError } from 'yaml';
import type { Problem } from './problems.ts';

type Words = Pick<Problem, 'message' | 'expected'>;

/** Where the parser's own message would be no help, or would quote the file, which may hold secrets. */
const WORDS: Partial<Record<YAMLError['code'], Words>> = {
  BAD_ALIAS: { message: 'an anchor or alias without a clear name' },
  BAD_DIRECTIVE: { message: 'a YAML directive that is not known' },
  BAD_DQ_ESCAPE: {
    message: 'an unknown escape in a double-quoted text',
    expected: "'single quotes' or \\\\ for a backslash",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ": " on one line, or a list where a text is due',
    expected: 'quotes around a text that contains ": "',
  },
  MULTIPLE_DOCS: { message: 'a second document', expected: 'one document, without ---' },
  NON_STRING_KEY: { message: 'a key that is a list, a map or an alias', expected: 'a text as key' },
  RESOURCE_EXHAUSTION: { message: 'nested too deep' },
  TAG_RESOLVE_FAILED: { message: 'a tag (!…)', expected: 'no tags' },
};

/** What a YAML error says to the user. It never quotes the file. */
export function syntaxWords(error: YAMLError): Words {
  const known = WORDS[error.code];
  if (known !== undefined) return known;
  // What the parser quotes comes after a colon.
  const [said = ''] = error.message.split(': ');
  return { message: said.charAt(0).toLowerCase() + said.slice(1) };
}
