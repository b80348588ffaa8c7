import dgram from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { registry } from '../../probes/index.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import { standing } from '../../src/verdict/standing.ts';
import { completed, RTT } from '../support/judged.ts';
import { agentInProcess, cellOf, measure, type Played, SECRET } from '../support/play-cell.ts';

// The lanes of tests have no kernel to ask, at either end.
const WHY = 'lanes of tests do without';
const GIVEN = { count: 5, rate: '500/s', timeout: '300ms', dscp: 'EF' };

function standingOf({ outcome: { status, error } }: Played) {
  return standing({ ...completed({ is: 'missing', why: 'nothing was sent' }), status, error }, RTT);
}

describe.each(['udp-echo', 'tcp-echo'])('%s with a DSCP', (name) => {
  const kind = registry.get(name) as AnyKind;

  async function withAgent(given: typeof GIVEN | Omit<typeof GIVEN, 'dscp'>): Promise<Played> {
    const agent = await agentInProcess(registry);
    const where = { host: agent.host, port: agent.port, family: null, secret: SECRET };
    try {
      return await measure(registry, cellOf(kind, given), where);
    } finally {
      await agent.drain(0);
    }
  }

  test('is refused by an agent that cannot mark its replies, which is no failure of its path', async () => {
    const played = await withAgent(GIVEN);
    expect(played.outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'NETPROBE_DSCP_UNSUPPORTED',
        origin: 'agent',
        message: `the agent cannot mark packets with DSCP 46: ${WHY}`,
        hint: 'leave dscp out, or install the optional dependency koffi on the agent',
      },
    });
    // It never came to a session: this end has begun nothing.
    expect(played.records.filter(({ seat }) => seat === 0)).toEqual([]);
    expect(standingOf(played)).toMatchObject({ is: 'void', why: expect.stringContaining(WHY) });
  });

  test('is measured where none is asked for', async () => {
    const { dscp: _, ...given } = GIVEN;
    expect((await withAgent(given)).outcome).toMatchObject({ status: 'completed', error: null });
  });
});

test('a DSCP that this machine cannot set is its own want', async () => {
  const target = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(target, 'listening');
  try {
    const { port } = target.address();
    const url = `stamp://127.0.0.1:${port}`;
    const kind = registry.get('udp-echo') as AnyKind;
    const played = await measure(registry, cellOf(kind, GIVEN, url), { host: '127.0.0.1', port, family: null, url });
    expect(played.outcome.error).toMatchObject({
      code: 'NETPROBE_DSCP_UNSUPPORTED',
      origin: 'local',
      message: `this machine cannot mark packets with DSCP 46: ${WHY}`,
    });
    expect(standingOf(played).is).toBe('void');
  } finally {
    target.close();
  }
});
