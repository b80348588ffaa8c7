import dgram from 'node:dgram';
import net from 'node:net';
import os from 'node:os';
import { ipJson } from './ip-command.ts';
import type { Fact } from './missing.ts';

/** The interface that packets to an address leave by, and how that is known. */
export interface RouteInterface {
  name: string;
  by: 'zone' | 'route' | 'source address';
}

type Interfaces = NodeJS.Dict<os.NetworkInterfaceInfo[]>;

/** Any port will do: connecting a UDP socket sends nothing. */
const DISCARD_PORT = 9;

/**
 * Which interface this machine sends to an IP address by, in its own network namespace: by asking the kernel for the
 * route with the `ip` command; without it by whose address the kernel takes as source, which is the same unless routing
 * is out of the ordinary. Where several paths are balanced, one of them.
 */
export async function routeInterface(address: string): Promise<Fact<RouteInterface>> {
  if (net.isIP(address) === 0) return { value: null, why: `${JSON.stringify(address)} is not an IP address` };
  const [bare = '', zone] = address.split('%');
  if (zone !== undefined) return { value: { name: zone, by: 'zone' } };
  const to = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  const device = (await ipJson('route', 'get', to)).value?.['dev'];
  if (typeof device === 'string') return { value: { name: device, by: 'route' } };
  const source = await sourceAddress(to);
  return source.value === null ? source : interfaceOf(to, source.value, os.networkInterfaces());
}

/** The interface that has the source address; null where that would not tell the way. */
export function interfaceOf(to: string, source: string, interfaces: Interfaces): Fact<RouteInterface> {
  const having = (address: string) =>
    Object.keys(interfaces).filter((name) => interfaces[name]?.some((own) => own.address === address));
  const loopback = Object.keys(interfaces).find((name) => interfaces[name]?.some(({ internal }) => internal));
  const toItself = having(to).length > 0 || to.startsWith('127.');
  // What a machine sends to an address of its own never leaves by the interface that has it.
  if (toItself && loopback !== undefined) return { value: { name: loopback, by: 'source address' } };
  const [name, ...others] = having(source);
  if (name === undefined) return { value: null, why: `no interface has the source address ${source}` };
  if (others.length > 0) return { value: null, why: `${name} and ${others.join(', ')} have the same address` };
  if (name === loopback) return { value: null, why: `the source address is that of ${name}, which leads nowhere` };
  return { value: { name, by: 'source address' } };
}

function sourceAddress(to: string): Promise<Fact<string>> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(net.isIP(to) === 6 ? 'udp6' : 'udp4');
    const settle = (fact: Fact<string>) => {
      socket.close();
      resolve(fact);
    };
    socket.once('error', (error) => settle({ value: null, why: `no route to ${to}: ${error.message}` }));
    socket.once('connect', () => settle({ value: socket.address().address }));
    socket.connect(DISCARD_PORT, to);
  });
}
