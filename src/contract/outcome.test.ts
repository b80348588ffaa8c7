import { describe, expect, it } from 'vitest';
import { failureFrom, outcomeFrom } from './outcome.ts';

function withCode(code: string): Error {
  return Object.assign(new Error('what the platform says'), { code });
}

describe('failureFrom', () => {
  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'HOSTNAME_MISMATCH',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])('takes %s as a failure of TLS, and of the target', (code) => {
    const failure = failureFrom(withCode(code), 'there');
    expect(failure).toMatchObject({ code: 'NETPROBE_TLS', origin: 'target' });
    expect(outcomeFrom(failure)).toBe('tls');
  });

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['EMFILE', 'local'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['ERR_SOMETHING_ELSE', 'local'],
  ])('tells %s as %s', (code, outcome) => {
    expect(outcomeFrom(failureFrom(withCode(code), 'there'))).toBe(outcome);
  });
});
