import net from 'node:net';
import { NetprobeError } from '../contract/error.ts';

/** Shorter secrets could be guessed from a recorded handshake. */
const MIN_SECRET_LENGTH = 16;

/** Whether a listening address can only be reached from this machine. */
function isLoopback(address: string): boolean {
  if (address === 'localhost') return true;
  const loopback = new net.BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  const family = net.isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * An agent starts closed: without a secret it listens on loopback only. Returns the secret to use ('' on loopback
 * without one). Throws NETPROBE_AGENT_OPEN or NETPROBE_TOKEN_WEAK.
 */
export function requireSecret(address: string, secret: string | undefined): string {
  if (secret === undefined) {
    if (isLoopback(address)) return '';
    throw new NetprobeError('NETPROBE_AGENT_OPEN', `an agent on ${address} needs a secret`, {
      expected: 'a token, because this address can be reached from other machines',
      found: 'no token',
      hint: 'write a secret to a file (openssl rand -hex 32 > token) and start with --token-file token',
    });
  }
  if (secret.length < MIN_SECRET_LENGTH)
    throw new NetprobeError('NETPROBE_TOKEN_WEAK', 'the token is too short', {
      expected: `at least ${MIN_SECRET_LENGTH} characters`,
      found: `${secret.length} characters`,
      hint: 'make one with: openssl rand -hex 32',
    });
  return secret;
}
