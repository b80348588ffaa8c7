import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Counts, Measured, Tool, Traffic } from './measured.ts';
import { PROGRAM, type Result, type Rows, resultsOf, rowsOf } from './run-folder.ts';
import type { Scenario } from './scenarios.ts';
import { serve } from './serve.ts';
import { portTraffic, view } from './traffic.ts';

const PORT = 8620;
const TOKEN = 'bench-only-and-no-secret-at-all';

export const netprobe: Tool = {
  name: 'netprobe',
  needs: null,
  logOnly: `udp:${PORT} tcp:${PORT}`,
  leadS: 2,
  unfit: () => null,
  async measure({ path, scenario, seconds, far, folder }) {
    const { ipVersion = 4, protocol = 'udp' } = scenario;
    const env = { ...process.env, NETPROBE_TOKEN: TOKEN };
    const address = ipVersion === 4 ? far.v4 : `[${far.v6}]`;
    const listen = ['agent', '--listen', `${address}:${PORT}`, '--json'];
    const agent = await serve(path, process.execPath, [PROGRAM, ...listen], '"agent"', { env });
    const sites = join(folder, 'sites.yaml');
    const run = join(folder, 'run');
    await writeFile(sites, sitesYaml(scenario, seconds, `netprobe://${address}:${PORT}`));
    const child = path.exec('a', process.execPath, [PROGRAM, 'run', sites, '--out', run, '--quiet'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaints = '';
    child.stderr?.on('data', (text) => {
      complaints += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    agent.kill();
    const result = await onlyResult(run, complaints);
    return protocol === 'udp' ? readUdp(result, run) : readTcp(result, run);
  },
};

function sitesYaml({ rate, flows = 1, protocol = 'udp' }: Scenario, seconds: number, agent: string): string {
  const schedule = `count: ${Math.round(rate * seconds)}, rate: ${rate}/s, sampling: periodic, size: 64 B`;
  const probe = protocol === 'udp' ? `udp-echo: { ${schedule}, flows: ${flows} }` : `tcp-echo: { ${schedule} }`;
  const far = `{ agent: "${agent}", token: { env: NETPROBE_TOKEN } }`;
  return `netprobe: 1\ntitle: accuracy\nsites:\n  far: ${far}\nsuite:\n  - ${probe}\n`;
}

/** The report's one result. Throws with what the program said when there is none. */
async function onlyResult(run: string, complaints: string): Promise<Result> {
  const [result] = await resultsOf(run, complaints);
  if (result === undefined || result.counts === null)
    throw new Error(`netprobe measured nothing: ${result?.error?.message ?? complaints.trim()}`);
  return result;
}

async function readUdp(result: Result, run: string): Promise<Measured> {
  const key = ({ flow, seq }: Rows[number]) => `${flow}:${seq}`;
  const sent = new Map((await rowsOf(run, 'request')).map((row) => [key(row), row['sent'] ?? Number.NaN]));
  const rtt = new Map<string, number>();
  const raw = new Map<string, number>();
  for (const row of await rowsOf(run, 'reply')) {
    const arrival = row['kernel'] ?? row['received'] ?? Number.NaN;
    const tookMs = (arrival - (sent.get(key(row)) ?? Number.NaN)) / 1e6;
    if (tookMs >= (raw.get(key(row)) ?? Number.POSITIVE_INFINITY)) continue;
    raw.set(key(row), tookMs);
    rtt.set(key(row), tookMs - ((row['far_sent'] ?? Number.NaN) - (row['far_received'] ?? Number.NaN)) / 1e6);
  }
  const { metrics } = result;
  return {
    series: [
      { name: 'rtt_ms', truth: 'path', rttMs: rtt, printed: printedOf(metrics['rtt_ms']) },
      { name: 'rtt_raw_ms', truth: 'span', rttMs: raw, printed: printedOf(metrics['rtt_raw_ms']) },
    ],
    counts: countsOf(result),
    traffic: portTraffic('udp', PORT, stampKey),
    sentAtNs: null,
    instrument: instrumentOf(result),
    flows: (result.flows ?? []).map(({ flow, metrics: own }) => ({ flow, p50Ms: own['rtt_ms']?.p50 ?? null })),
  };
}

async function readTcp(result: Result, run: string): Promise<Measured> {
  const rttMs = new Map<string, number>();
  for (const { seq, sent, received } of await rowsOf(run, 'echo'))
    if (typeof received === 'number') rttMs.set(String(seq), (received - (sent ?? Number.NaN)) / 1e6);
  return {
    series: [{ name: 'rtt_ms', truth: 'span', rttMs, printed: printedOf(result.metrics['rtt_ms']) }],
    counts: { sent: result.counts?.sent },
    traffic: portTraffic('tcp', PORT, tcpKey(rttMs)),
    sentAtNs: null,
    instrument: instrumentOf(result),
    flows: null,
  };
}

function countsOf({ counts, metrics, notes }: Result): Counts {
  return {
    sent: counts?.sent,
    lost: counts?.lost,
    lost_fwd: metrics['loss_fwd_ratio']?.hits,
    lost_rev: metrics['loss_rev_ratio']?.hits,
    duplicates: metrics['duplicate_ratio']?.hits,
    duplicates_fwd: metrics['duplicate_fwd_ratio']?.hits,
    duplicates_rev: metrics['duplicate_rev_ratio']?.hits,
    copies: notes['further_replies'] ?? 0,
    reordered: metrics['reordered_ratio']?.hits,
    reordered_fwd: metrics['reordered_fwd_ratio']?.hits,
    reordered_rev: metrics['reordered_rev_ratio']?.hits,
  };
}

function printedOf({ p50 = null, p90 = null, p99 = null }: Result['metrics'][string] = {}) {
  return { p50, p90, p99 };
}

function instrumentOf({ instrument }: Result): NonNullable<Measured['instrument']> {
  return {
    state: instrument.state,
    clock: instrument.clock,
    reasons: instrument.reasons.map(({ side, code, why }) => `${side} ${code}: ${why}`),
    latenessP99Ms: instrument.send_lateness_ms?.p99 ?? null,
  };
}

/** STAMP (RFC 8762, RFC 8972): a request has its number first, a reply the sender's at 24; both the flow at 14. */
const stampKey: Traffic['keyOf'] = (payload) => {
  const at = view(payload);
  // Not a hello, which opens the flow.
  if (payload.length < 44 || at.getUint32(0) === 0x004e5052) return undefined;
  const isReply = at.getUint32(16) !== 0;
  return `${at.getUint16(14) - 1}:${at.getUint32(isReply ? 24 : 0)}`;
};

/** Messages of 64 bytes that begin with their number; others on that connection and on the control one do not. */
function tcpKey(known: ReadonlyMap<string, number>): Traffic['keyOf'] {
  return (payload) => {
    if (payload.length < 16) return undefined;
    const key = String(view(payload).getUint32(0));
    return known.has(key) ? key : undefined;
  };
}
