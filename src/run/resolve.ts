import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { NetprobeError } from '../contract/error.ts';
import type { Ns } from '../contract/records.ts';

export interface Resolved {
  address: string;
  family: 4 | 6;
  /** How long the look-up took; null when an address was given. */
  dnsNs: Ns | null;
}

/**
 * Resolves a name once, by the system's resolver, to the address that the whole cell then uses. Throws
 * NETPROBE_DNS_NOT_FOUND (no such name, or none of this family) or NETPROBE_DNS_FAILED (no resolver answered).
 */
export async function resolveOnce(host: string, family: 4 | 6 | null): Promise<Resolved> {
  const literal = net.isIP(host);
  if (literal !== 0) {
    if (family !== null && family !== literal)
      throw new NetprobeError('NETPROBE_DNS_NOT_FOUND', `${host} is not an IPv${family} address`, {
        expected: `an IPv${family} address, as the site's family says`,
        found: host,
      });
    return { address: host, family: literal as 4 | 6, dnsNs: null };
  }
  const started = performance.now();
  try {
    const found = await lookup(host, { family: family ?? 0 });
    const dnsNs = Math.round((performance.now() - started) * 1e6);
    return { address: found.address, family: found.family as 4 | 6, dnsNs };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const absent = code === 'ENOTFOUND' || code === 'ENODATA';
    throw new NetprobeError(
      absent ? 'NETPROBE_DNS_NOT_FOUND' : 'NETPROBE_DNS_FAILED',
      absent ? `the name ${host} has no address` : `the resolver did not answer for ${host}`,
      {
        found: code,
        hint: absent ? 'check the spelling in sites.yaml' : "check this machine's resolver (/etc/resolv.conf)",
        cause,
      },
    );
  }
}
