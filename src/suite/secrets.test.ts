import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { NetprobeError } from '../contract/error.ts';
import { REDACTED } from './redact.ts';
import { Vault } from './secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'netprobe-vault-'));
afterAll(() => rmSync(folder, { recursive: true }));

function thrownBy(act: () => unknown): NetprobeError {
  try {
    act();
  } catch (error) {
    if (error instanceof NetprobeError) return error;
  }
  throw new Error('threw no NetprobeError');
}

describe('reveal', () => {
  const paths = ['headers.*', 'body'];

  test('puts secrets where references to them are', () => {
    writeFileSync(join(folder, 'key'), 'from-file\n');
    const vault = new Vault({ env: { TOKEN: 'from-env' }, directory: folder });
    const options = { path: '/', headers: { a: { env: 'TOKEN' }, b: vault.hold('literal') }, body: { file: 'key' } };
    expect(vault.reveal(options, paths)).toEqual({
      path: '/',
      headers: { a: 'from-env', b: 'literal' },
      body: 'from-file',
    });
  });

  test('takes nothing for a reference that is not at a secret path: a header may be called env', () => {
    const vault = new Vault({ env: {} });
    const options = { headers: { env: 'production' }, meta: { file: 'x' } };
    expect(vault.reveal(options, ['headers.*'])).toEqual(options);
  });

  test('takes off one newline at the end of a file, and no more', () => {
    const vault = new Vault({ directory: folder });
    writeFileSync(join(folder, 'crlf'), 'secret\r\n');
    writeFileSync(join(folder, 'two'), 'secret\n\n');
    expect([vault.open({ file: 'crlf' }), vault.open({ file: 'two' })]).toEqual(['secret', 'secret\n']);
  });

  test('names the variable or file that is missing, and what to do', () => {
    const vault = new Vault({ env: { EMPTY: '' }, directory: folder });
    const missing = thrownBy(() => vault.open({ env: 'NOT_SET' }));
    expect(missing.code).toBe('NETPROBE_SECRET_MISSING');
    expect(missing.message).toBe('a secret is missing: the environment variable NOT_SET is not there');
    expect(thrownBy(() => vault.open({ env: 'EMPTY' })).message).toContain('EMPTY is empty');
    expect(thrownBy(() => vault.open({ file: 'nowhere' })).message).toContain('the file nowhere is not there');
    expect(thrownBy(() => vault.open({ file: '.' })).message).toContain('cannot be read (EISDIR)');
    expect(thrownBy(() => vault.open({ held: '7' })).code).toBe('NETPROBE_SECRET_MISSING');
  });
});

describe('conceal', () => {
  test('tells other machines only that there is a secret', () => {
    const vault = new Vault({ env: {} });
    const options = { headers: { a: { env: 'TOKEN' }, b: vault.hold('literal') }, path: '/' };
    expect(vault.conceal(options, ['headers.*'])).toEqual({
      headers: { a: { held: 'secret' }, b: { held: 'secret' } },
      path: '/',
    });
  });
});

describe('scrub', () => {
  test('removes held and opened secrets, the longer first', () => {
    const vault = new Vault({ env: { T: 'abcdef' } });
    vault.hold('abcdefgh');
    expect(vault.scrub('abcdef abcdefgh')).toBe('abcdef [redacted]');
    vault.open({ env: 'T' });
    expect(vault.scrub('abcdef abcdefgh')).toBe('[redacted] [redacted]');
  });

  test('removes a secret also as it looks inside JSON or a URL', () => {
    const vault = new Vault({ env: {} });
    vault.hold('a "b"\n c');
    const texts = [JSON.stringify({ x: 'a "b"\n c' }), encodeURIComponent('a "b"\n c')];
    expect(texts.map((text) => vault.scrub(text))).toEqual(['{"x":"[redacted]"}', '[redacted]']);
  });

  test('leaves short values alone', () => {
    const vault = new Vault({ env: {} });
    vault.hold('abc');
    vault.hold('');
    expect(vault.scrub('abc')).toBe('abc');
  });

  test('leaves no secret in any text', () => {
    const long = (text: string) => text.trim().length >= 4 && !/[[\]]/.test(text) && !REDACTED.includes(text);
    const secrets = fc.array(fc.string({ minLength: 4 }).filter(long), { minLength: 1 });
    fc.assert(
      fc.property(secrets, fc.array(fc.string()), (held, texts) => {
        const vault = new Vault({ env: {} });
        for (const secret of held) vault.hold(secret);
        const scrubbed = vault.scrub([...texts.flatMap((text, i) => [text, held[i % held.length]]), ...held].join(''));
        for (const secret of held) expect(scrubbed).not.toContain(secret);
      }),
    );
  });
});
