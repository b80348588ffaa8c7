import { NetprobeError } from '../../src/contract/error.ts';
import type { AgentHello } from '../../src/contract/hello.ts';
import { fakeEcho, fakeFlow } from './fake-kinds.ts';
import { planCell, planOf, planRequirement, planSite } from './fake-plan.ts';
import { cellNotes, echoRows, flowRows, recordKey, seatRecords } from './fake-records.ts';
import type { FakeRun } from './fake-run.ts';

const hello: AgentHello = {
  tool: { name: 'netprobe', version: '0.1.0' },
  wire: 1,
  kinds: ['fake-echo', 'fake-flow'],
  limits: { durationNs: 600e9, connections: 64, streams: 16, payloadBytes: 1_048_576, sessions: 8, rows: 1e6 },
  host: { node: 'v20.20.0', platform: 'linux', arch: 'x64', facts: {}, missing: {} },
};

const refused = new NetprobeError('NETPROBE_CONNECT_REFUSED', '198.51.100.4:8620: connect ECONNREFUSED', {
  hint: 'is the agent running, and its port open in the firewall?',
}).toJSON();
const cut = new NetprobeError('NETPROBE_RESET', '198.51.100.4:8620: read ECONNRESET').toJSON();

/** A run with one of everything that a reader of its report can meet. */
export function sampleRun(): FakeRun {
  const echo = planCell('here', 'fra-neo', 'fake-echo', {
    options: { count: 1000, token: { held: 'site fra-neo' } },
  });
  const flow = planCell('here', 'fra-neo', 'fake-flow', { options: { intervals: 40 } });
  const jittery = planCell('here', 'par-edge', 'fake-echo', { options: { count: 1000, token: { env: 'PAR_TOKEN' } } });
  const dead = planCell('here', 'par-edge', 'fake-flow', { options: { intervals: 40 } });
  const unrun = planCell('fra-neo', 'par-edge', 'fake-echo', { options: { count: 1000 } });
  return {
    plan: planOf([echo, flow, jittery, dead, unrun], {
      title: 'EU inference expansion, RFP 2026-114',
      sites: [
        planSite('here', { agent: 'embedded', role: 'own', hello }),
        planSite('fra-neo', {
          role: 'candidate',
          provider: 'NeoCloud',
          location: { country: 'DE', city: 'Frankfurt', lat: 50.11, lon: 8.68, accuracy_km: 5 },
          agent: '203.0.113.7:8620',
          capacity_bps: 10e9,
          hello,
        }),
        planSite('par-edge', { role: 'edge', agent: '198.51.100.4:8620', helloError: refused }),
        planSite('s3-front', { targets: { http: 'https://objects.example/health' } }),
      ],
      notApplicable: [
        { from: 'here', to: 's3-front', probe: 'fake-echo', why: 'it needs an agent, and s3-front has none' },
      ],
      requirements: [
        { ...planRequirement('R1', 'rtt_ms p99 <= 20', [echo, jittery, unrun]), clause: 'RFP 4.2.1' },
        { ...planRequirement('R2', 'goodput_rev_bps p5 >= 5000000000', [flow, dead]), level: 'should' },
        planRequirement('R3', 'failure_ratio <= 0.01', [echo]),
        planRequirement('R4', 'rtt_ms p50 <= 10', [echo]),
      ],
    }),
    records: [
      ...seatRecords(recordKey(echo.id, 0), fakeEcho, 'initiator', echoRows(1000, { loseEvery: 500 })),
      ...seatRecords(recordKey(echo.id, 1), fakeEcho, 'responder', []),
      ...seatRecords(recordKey(flow.id, 0), fakeFlow, 'initiator', flowRows(40, 4.6e9, { seed: 2 })),
      ...seatRecords(recordKey(flow.id, 1), fakeFlow, 'responder', flowRows(40, 9.4e9, { seed: 3 })),
      ...seatRecords(
        recordKey(jittery.id, 0),
        fakeEcho,
        'initiator',
        echoRows(412, { rttMs: 18.5, lateMs: 2.5, seed: 5 }),
        { status: 'partial', error: cut },
      ),
    ],
    notes: [
      ...cellNotes(echo.id, 1),
      ...cellNotes(flow.id, 12),
      ...cellNotes(jittery.id, 23, { status: 'partial', error: cut, address: '198.51.100.4', dnsNs: null }),
      ...cellNotes(dead.id, 34, { status: 'failed', error: refused, address: '198.51.100.4', dnsNs: null }),
    ],
    endsAt: 45,
  };
}
