import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { parseSuite } from './load.ts';

function mask(text: string): string {
  return parseSuite(text, 'sites.yaml', testKinds).masked;
}

const SUITE = `# token was s3cret-token once
netprobe: 1
sites:
  fra: { role: edge, agent: embedded, token: s3cret-token }   # here too: s3cret-token
  s3:  { targets: { http: "https://ann:s3cret-pass@h/x?key=s3cret-query&n=1" } }
suite:
  - http-request:
      headers:
        authorization: &auth "Bearer s3cret-header"
        x-key: { env: X_KEY }
      body: |   # in a block
        s3cret-body
        s3cret-more
      path: /  # https://h/?old=s3cret-comment
  - http-request: { headers: { again: *auth }, count: 10 }
  - ws-echo
`;

const MASKED = `# token was [redacted] once
netprobe: 1
sites:
  fra: { role: edge, agent: embedded, token: "[redacted]" }   # here too: [redacted]
  s3:  { targets: { http: "https://[redacted]@h/x?key=[redacted]&n=[redacted]" } }
suite:
  - http-request:
      headers:
        authorization: &auth "[redacted]"
        x-key: { env: X_KEY }
      body: "[redacted]"
      path: /  # https://h/?old=[redacted]
  - http-request: { headers: { again: *auth }, count: 10 }
  - ws-echo
`;

test('replaces secrets in place and keeps comments and layout', () => {
  expect(mask(SUITE)).toBe(MASKED);
});

test('is the same text when there is nothing to hide', () => {
  const text = '# c\nnetprobe: 1\nsites: {a: {agent: "host:1"}}   # d\n\n\nsuite: [ tcp-echo ]';
  expect(mask(text)).toBe(text);
});

test('can be read again, and masks to itself', () => expect(mask(MASKED)).toBe(MASKED));

describe('finds a secret', () => {
  const first = (site: string) => mask(`netprobe: 1\nsites:\n  a: ${site}\nsuite: [http-request]\n`).split('\n')[2];

  test.each([
    ['{ agent: embedded, token: s3cret }', '  a: { agent: embedded, token: "[redacted]" }'],
    ["{ agent: embedded, token: 's3''cret' }", '  a: { agent: embedded, token: "[redacted]" }'],
    ['{ agent: embedded, token: "s3\\x63ret" }', '  a: { agent: embedded, token: "[redacted]" }'],
    ['{ agent: embedded, token: !!str s3cret }', '  a: { agent: embedded, token: !!str "[redacted]" }'],
    ['{ agent: embedded, token: abc }', '  a: { agent: embedded, token: "[redacted]" }'],
    [
      '{ provider: my s3cret, agent: embedded, token: s3cret }',
      '  a: { provider: "my [redacted]", agent: embedded, token: "[redacted]" }',
    ],
    [
      '{ provider: &t s3cret, agent: embedded, token: *t }',
      '  a: { provider: &t "[redacted]", agent: embedded, token: *t }',
    ],
    ['{ targets: { http: https://u:p@h/?k=v } }', '  a: { targets: { http: "https://[redacted]@h/?k=[redacted]" } }'],
  ])('in %s', (site, masked) => expect(first(site)).toBe(masked));

  test('on an anchored site that others share', () => {
    const text = 'netprobe: 1\nsites:\n  a: &s { agent: embedded, token: s3cret }\n  b: *s\nsuite: [tcp-echo]\n';
    expect(mask(text)).toBe(text.replace('s3cret', '"[redacted]"'));
  });
});

test('is YAML even when a secret is part of its keys', () => {
  const masked = mask(
    'netprobe: 1 # suite\nsites: { alpha: { agent: embedded, token: alpha } }\nlinks: [here -> alpha]\nsuite: [tcp-echo]',
  );
  expect(masked).not.toContain('alpha');
  expect(parse(masked)).toHaveProperty('netprobe', 1);
});

test('is a comment when nothing else is left that is safe', () => {
  const masked = mask('netprobe: 1\nsites: { a: &anchor { agent: embedded, token: anchor } }\nsuite: [tcp-echo]');
  expect(masked).toBe(
    '# netprobe: 1\n# sites: { a: &[redacted] { agent: embedded, token: "[redacted]" } }\n# suite: [tcp-echo]',
  );
  expect(parse(masked)).toBeNull();
});

test('never holds the secret, and is always YAML, whatever the secret and its style', () => {
  const styles = fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  const sentence = fc.lorem({ mode: 'sentences', maxCount: 3 });
  const secrets = fc
    .oneof(fc.string({ minLength: 4 }), fc.string({ minLength: 4, unit: 'binary' }), sentence)
    .filter((secret) => secret.trim().length >= 4);
  fc.assert(
    fc.property(secrets, styles, fc.integer({ min: 20, max: 90 }), (secret, style, lineWidth) => {
      fc.pre(!'"[redacted]"'.includes(secret));
      const site = { agent: 'embedded', provider: 'Neo', token: secret, family: 4 };
      const document = { netprobe: 1, sites: { a: site }, suite: ['tcp-echo'] };
      const masked = mask(
        stringify(document, { defaultStringType: style as 'PLAIN', defaultKeyType: 'PLAIN', lineWidth }),
      );
      expect(masked.replaceAll('[redacted]', '')).not.toContain(secret);
      const back: unknown = parse(masked, { uniqueKeys: false });
      if (!'netprobe sites token'.includes(secret))
        expect(back).toMatchObject({ sites: { a: { token: '[redacted]' } } });
    }),
    { numRuns: 1000 },
  );
});
