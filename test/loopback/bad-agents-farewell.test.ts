import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/contract/json.ts';
import type { BadPeer } from '../support/bad-agent.ts';
import { type Met, meet } from '../support/meet-agent.ts';

type Map = { [key: string]: Json };

const KEY = { cell: 'here.there.tcp-echo.r1', attempt: 1, part: '', seat: 1, shard: 0 };
const OPEN: Map = {
  ...KEY,
  is: 'open',
  unixNs: '1794000000000000000',
  kind: 'tcp-echo',
  role: 'responder',
  tables: {},
};
const CLOSE: Map = { ...KEY, is: 'close', at: 9, status: 'completed', error: null };
const COMPLETED: Map = { is: 'closed', status: 'completed', error: null };
const GARBAGE = { code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' };

/** Plays the session; says these records when the controller says that it is done. */
function atTheEnd(...records: Json[]): Promise<Met> {
  const control = async (peer: BadPeer) => {
    await peer.open();
    await peer.hear();
    peer.record(...records);
    peer.say(COMPLETED);
  };
  return meet({ control });
}

describe('an agent that keeps its records to itself', () => {
  test('by saying nothing more is silent', async () => {
    const control = async (peer: BadPeer) => {
      await peer.open();
      peer.record(OPEN);
      await peer.hear();
    };
    const { outcome, read } = await meet({ control });
    expect(outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_AGENT_SILENT', origin: 'agent' } });
    expect(read.seats[1]?.close).toBeNull();
  });

  test.each([
    ['all of them', []],
    ['the last one', [OPEN]],
  ])('%s makes the cell partial', async (_, records) => {
    const { outcome } = await atTheEnd(...records);
    expect(outcome).toMatchObject({ status: 'partial', error: GARBAGE });
  });

  test('and reports its own failure makes the cell partial, as its word', async () => {
    const control = async (peer: BadPeer) => {
      await peer.open();
      peer.record(OPEN);
      await peer.hear();
      const error = { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'local', message: 'late' };
      peer.record({ ...CLOSE, status: 'failed', error });
      peer.say({ is: 'closed', status: 'failed', error });
    };
    const { outcome, read } = await meet({ control });
    const error = { code: 'NETPROBE_LIMIT_EXCEEDED', origin: 'agent', message: 'late' };
    expect(outcome).toMatchObject({ status: 'partial', error });
    expect(read.seats[1]?.close).toMatchObject({ status: 'failed', error });
  });
});

describe('an agent that talks to the initiator', () => {
  const talking = (...messages: Json[]) => {
    const control = async (peer: BadPeer) => {
      await peer.open();
      peer.say(...messages.map((message) => ({ is: 'tell', seat: 0, message })));
      peer.record(OPEN);
      await peer.hear();
      peer.record(CLOSE);
      peer.say(COMPLETED);
    };
    return meet({ control });
  };

  test('about nothing that it knows is not heard', async () => {
    expect((await talking(...Array.from({ length: 500 }, () => ({ say: 'metered', phase: 7 })))).outcome).toMatchObject(
      {
        status: 'completed',
      },
    );
  });

  test('in long or deep messages breaks the protocol', async () => {
    expect((await talking('x'.repeat(100_000))).outcome.error).toMatchObject(GARBAGE);
    const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as Json;
    expect((await talking(deep)).outcome.error).toMatchObject(GARBAGE);
  });
});
