import { readdirSync } from 'node:fs';
import os from 'node:os';
import { ipJson } from './ip-command.ts';
import type { Fact } from './missing.ts';
import { readLinkName, readNumber, readText } from './read-text.ts';
import { type RouteInterface, routeInterface } from './route-interface.ts';

/** What of a network interface bears on figures. */
export interface InterfaceFacts extends RouteInterface {
  mtuBytes: Fact<number>;
  /** The link's rate in bit/s, as negotiated by the card; virtual ones have none, or a fantasy. */
  speedBps: Fact<number>;
  driver: Fact<string>;
  /** The queueing discipline at its root: fq paces TCP, pfifo_fast and mq do not. */
  qdisc: Fact<string>;
}

const SYS = '/sys/class/net';

/** The interface that packets to an IP address leave by. Runs the `ip` command where there is one: not while measuring. */
export async function interfaceFacts(address: string): Promise<Fact<InterfaceFacts>> {
  const route = await routeInterface(address);
  if (route.value === null) return route;
  const { name } = route.value;
  const link = await ipJson('link', 'show', 'dev', name);
  const mtu = link.value?.['mtu'];
  const sys = sysOf(name);
  const inSys = <T extends NonNullable<unknown>>(read: (folder: string) => Fact<T>): Fact<T> =>
    sys.value === null ? sys : read(sys.value);
  return {
    value: {
      ...route.value,
      mtuBytes: typeof mtu === 'number' ? { value: mtu } : inSys((folder) => readNumber(`${folder}/mtu`)),
      speedBps: inSys(speedOf),
      driver: inSys(driverOf),
      qdisc: qdiscOf(link),
    },
  };
}

function speedOf(folder: string): Fact<number> {
  const mbps = readNumber(`${folder}/speed`).value;
  // Without a rate, the file gives EINVAL or −1.
  return mbps === null || mbps <= 0 ? { value: null, why: 'it tells no rate' } : { value: mbps * 1e6 };
}

function driverOf(folder: string): Fact<string> {
  const driver = readLinkName(`${folder}/device/driver`);
  return driver.value === null ? { value: null, why: 'it is virtual: no device, no driver' } : driver;
}

function qdiscOf(link: Awaited<ReturnType<typeof ipJson>>): Fact<string> {
  if (link.value === null) return link;
  const qdisc = link.value['qdisc'];
  return typeof qdisc === 'string' ? { value: qdisc } : { value: null, why: 'ip link does not tell' };
}

/** The interface's folder in /sys; null when /sys shows another network namespace, which may have the same names. */
function sysOf(name: string): Fact<string> {
  const ours = readText('/proc/net/dev');
  if (ours.value === null) return ours;
  if (!sameInterfaces(namesInProc(ours.value), namesInSys()))
    return { value: null, why: '/sys shows the interfaces of another network namespace' };
  const mac = os.networkInterfaces()[name]?.[0]?.mac;
  const shown = readText(`${SYS}/${name}/address`);
  // Loopback and tunnels have no address of 6 bytes to compare.
  if (mac !== undefined && shown.value?.length === mac.length && shown.value !== mac)
    return { value: null, why: `/sys shows another ${name}, of another network namespace` };
  return { value: `${SYS}/${name}` };
}

/** Names of interfaces in /proc/net/dev, which is always that of the caller's own network namespace. */
function namesInProc(text: string): string[] {
  return [...text.matchAll(/^ *([^\s|][^|]*?): /gm)].map(([, name]) => name ?? '');
}

function namesInSys(): string[] {
  try {
    return readdirSync(SYS, { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function sameInterfaces(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}
