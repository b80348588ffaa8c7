import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endChild } from '../../test/path/running.ts';
import { median } from './quantile.ts';
import { PROGRAM, type Result, resultsOf } from './run-folder.ts';
import { firstWords, inFolder, runOn, startOn } from './run-program.ts';

/** Where each end runs, and how much they send: 64-byte messages. */
export interface Load {
  nearCore: number | null;
  farCore: number | null;
  rate: number;
  seconds: number;
}

/** Medians in µs. `rtt`: as the tool defines it; `raw`: nothing subtracted. */
export interface Medians {
  rtt: number;
  raw: number;
  instrument: string;
}

const MESSAGE_BYTES = 64;

/** netprobe against an agent of its own, over the loopback interface. */
export async function netprobeMedians(kind: 'udp-echo' | 'tcp-echo', load: Load): Promise<Medians> {
  const { metrics, instrument } = await netprobeResult(kind, load);
  const us = (name: string) => (metrics[name]?.p50 ?? Number.NaN) * 1000;
  const rtt = us('rtt_ms');
  const late = instrument.send_lateness_ms?.p99;
  return {
    rtt,
    raw: kind === 'udp-echo' ? us('rtt_raw_ms') : rtt,
    instrument: `${instrument.state}, sends late p99 ${late} ms`,
  };
}

async function netprobeResult(kind: string, { nearCore, farCore, rate, seconds }: Load): Promise<Result> {
  const agent = startOn(farCore, process.execPath, [PROGRAM, 'agent', '--listen', '127.0.0.1:0', '--json']);
  try {
    const { agent: url } = JSON.parse(await firstWords(agent, 10_000)) as { agent: string };
    return await inFolder(async (folder) => {
      const file = join(folder, 'sites.yaml');
      const probe = `${kind}: { count: ${rate * seconds}, rate: ${rate}/s, sampling: periodic, size: ${MESSAGE_BYTES} B }`;
      await writeFile(file, `netprobe: 1\ntitle: loopback\nsites:\n  far: { agent: "${url}" }\nsuite:\n  - ${probe}\n`);
      const run = join(folder, 'run');
      const args = [PROGRAM, 'run', file, '--out', run, '--quiet'];
      const { stderr } = await runOn(nearCore, process.execPath, args);
      const [result] = await resultsOf(run, stderr);
      if (result?.counts == null) throw new Error(`netprobe measured nothing: ${result?.error?.message ?? stderr}`);
      return result;
    });
  } finally {
    await endChild(agent);
  }
}

/** irtt against its own server. */
export async function irttMedians({ nearCore, farCore, rate, seconds }: Load): Promise<Medians> {
  const server = startOn(farCore, 'irtt', ['server', '-b', '127.0.0.1:2112', '-i', '0']);
  try {
    await firstWords(server);
    return await inFolder(async (folder) => {
      const file = join(folder, 'irtt.json');
      const args = ['client', '-Q', '-i', `${1000 / rate}ms`, '-d', `${seconds}s`, '-l', String(MESSAGE_BYTES)];
      await runOn(nearCore, 'irtt', [...args, '-o', file, '127.0.0.1:2112']);
      const { round_trips: trips } = JSON.parse(await readFile(file, 'utf8')) as {
        round_trips: {
          delay: { rtt?: number };
          timestamps: { client: { receive: { monotonic: number }; send: { monotonic: number } } };
        }[];
      };
      const answered = trips.filter(({ delay }) => delay.rtt !== undefined);
      return {
        rtt: median(answered.map(({ delay }) => (delay.rtt ?? Number.NaN) / 1000)),
        raw: median(
          answered.map(({ timestamps: { client } }) => (client.receive.monotonic - client.send.monotonic) / 1000),
        ),
        instrument: '',
      };
    });
  } finally {
    await endChild(server);
  }
}

/** sockperf over TCP against its own server: one message, its reply, the next one when it is due. */
export async function sockperfMedians({ nearCore, farCore, rate, seconds }: Load): Promise<Medians> {
  const where = ['-i', '127.0.0.1', '-p', '11111', '--tcp'];
  const server = startOn(farCore, 'sockperf', ['server', ...where]);
  try {
    await firstWords(server);
    const args = ['-t', String(seconds), '--mps', String(rate), '-m', String(MESSAGE_BYTES), '--full-rtt'];
    const { stdout } = await runOn(nearCore, 'sockperf', ['ping-pong', ...where, ...args]);
    const [, p50] = /percentile 50\.000 = *([\d.]+)/.exec(stdout) ?? [];
    if (p50 === undefined) throw new Error(`sockperf said no median: ${stdout.slice(-300)}`);
    return { rtt: Number(p50), raw: Number(p50), instrument: '' };
  } finally {
    await endChild(server);
  }
}
