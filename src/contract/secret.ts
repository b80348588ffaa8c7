import * as v from 'valibot';

/**
 * A secret as plans and assignments for other machines hold it: where it comes from, never what it is.
 * `held` stands for a literal of sites.yaml that only this process knows.
 */
export type SecretRef = { env: string } | { file: string } | { held: string };

/** Schema of a secret: a literal (at the user's risk), `{ env: NAME }` or `{ file: PATH }`. */
export function secret() {
  return v.union(
    [
      v.string(),
      v.strictObject({ env: v.pipe(v.string(), v.minLength(1)) }),
      v.strictObject({ file: v.pipe(v.string(), v.minLength(1)) }),
      v.pipe(v.strictObject({ held: v.string() }), v.title('internal')),
    ],
    'a text, { env: NAME } or { file: PATH }',
  );
}

/** Whether a value is a reference to a secret. */
export function isSecretRef(value: unknown): value is SecretRef {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  const key = keys[0];
  return (
    keys.length === 1 &&
    (key === 'env' || key === 'file' || key === 'held') &&
    typeof Object.values(value)[0] === 'string'
  );
}
