import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EmulatedPath } from './path.ts';

/** The port that `udpSink` listens on. */
export const SINK_PORT = 7000;
const TCP_PORT = 7001;

/** What `udpSource` is asked to send; by default 64 B datagrams as fast as it can, by one flow. */
export interface UdpTraffic {
  count: number;
  bytes?: number;
  perSecond?: number;
  flows?: number;
  ttl?: number;
  /** How long it stays after the last datagram, for what comes back and for what is on its way. Default 200. */
  listenMs?: number;
}

/** A datagram that came back. */
export interface UdpReply {
  number: number;
  /** As the program at the site saw it. */
  rttNs: number;
}

/** Lets a site take datagrams, and send them back when `echo`. Resolves once it listens; ends with the path. */
export async function udpSink<Site extends string>(path: EmulatedPath<Site>, site: Site, echo = false): Promise<void> {
  const args = [program('udp-sink.mjs'), String(SINK_PORT), ...(echo ? ['echo'] : [])];
  await ready(path.exec(site, process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}

/** Sends datagrams from a site, numbered in their first four bytes; resolves with what came back. */
export async function udpSource<Site extends string>(
  path: EmulatedPath<Site>,
  site: Site,
  address: string,
  traffic: UdpTraffic,
): Promise<UdpReply[]> {
  const given = JSON.stringify({ address, port: SINK_PORT, ...traffic });
  const { code, stdout, stderr } = await path.run(site, process.execPath, [program('udp-source.mjs'), given]);
  if (code !== 0) throw new Error(`the source ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Sends random bytes over TCP from a site to another; resolves with what each end says of them. */
export async function tcpTransfer<Site extends string>(
  path: EmulatedPath<Site>,
  from: Site,
  to: Site,
  address: string,
  bytes: number,
): Promise<{ sent: string; received: string }> {
  const receiver = path.exec(to, process.execPath, [program('tcp-receive.mjs'), String(TCP_PORT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(receiver);
  const received = new Promise<string>((resolve) => receiver.stdout?.once('data', (text) => resolve(String(text))));
  const args = [program('tcp-send.mjs'), address, String(TCP_PORT), String(bytes)];
  const { stdout } = await path.run(from, process.execPath, args);
  return { sent: stdout, received: await received };
}

/** The number of a datagram of `udpSource`. */
export function numberOf(payload: Uint8Array): number {
  return Buffer.from(payload).readUInt32BE(0);
}

function program(name: string): string {
  return fileURLToPath(new URL(`./programs/${name}`, import.meta.url));
}

async function ready(child: ChildProcess): Promise<void> {
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready`)));
  });
}
