import { isMissing, type Missing } from './missing.ts';
import type { Kernel } from './native.ts';
import { getNumber, notSet, type SocketOption, setNumber } from './socket-option.ts';

const SO_DOMAIN: SocketOption = { level: 1, name: 39, words: 'SO_DOMAIN' };
const IP_TOS: SocketOption = { level: 0, name: 1, words: 'IP_TOS' };
const IPV6_TCLASS: SocketOption = { level: 41, name: 67, words: 'IPV6_TCLASS' };
const AF_INET6 = 10;
/** The two low bits of the field are not the codepoint's: ECN, RFC 3168. */
const ECN_BITS = 0b11;

/**
 * Marks what a UDP or TCP socket sends from now on with a codepoint, 0 to 63 (RFC 2474), and leaves the ECN bits as they
 * are. An IPv6 socket is marked for both families, since it may talk to an IPv4 peer. Every mark is read back. Throws
 * NETPROBE_LOCAL_RESOURCES when the kernel refuses or keeps another value. Whether the network keeps it is not known here.
 */
export function setDscp(kernel: Kernel, descriptor: number, dscp: number): void {
  for (const option of optionsOf(kernel, descriptor)) {
    const before = getNumber(kernel, descriptor, option);
    if (isMissing(before)) throw notSet(option, `DSCP ${dscp}`, before.missing);
    setNumber(kernel, descriptor, option, dscp * 4 + (before.value & ECN_BITS));
    const after = getNumber(kernel, descriptor, option);
    if (isMissing(after)) throw notSet(option, `DSCP ${dscp}`, after.missing);
    if (after.value >> 2 !== dscp) throw notSet(option, `DSCP ${dscp}`, `DSCP ${after.value >> 2}`);
  }
}

/** The codepoint that a socket sends with: an IPv6 one to IPv6 peers. */
export function getDscp(kernel: Kernel, descriptor: number): { value: number } | Missing {
  const field = getNumber(kernel, descriptor, optionsOf(kernel, descriptor)[0]);
  return isMissing(field) ? field : { value: field.value >> 2 };
}

function optionsOf(kernel: Kernel, descriptor: number): [SocketOption, ...SocketOption[]] {
  const family = getNumber(kernel, descriptor, SO_DOMAIN);
  return !isMissing(family) && family.value === AF_INET6 ? [IPV6_TCLASS, IP_TOS] : [IP_TOS];
}
