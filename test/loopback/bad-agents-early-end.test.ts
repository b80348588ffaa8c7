import { describe, expect, test } from 'vitest';
import { STREAM_ACK } from '../../src/wire/challenge.ts';
import type { BadPeer, Behaviour } from '../support/bad-agent.ts';
import { type Met, meet } from '../support/meet-agent.ts';

const OPEN = { is: 'open', unixNs: '1', kind: 'tcp-echo', role: 'responder', tables: {} };
const SLOW = { count: 200, rate: '200/s', timeout: '2s' };

/** Resolves with the stream's socket when it has brought so many bytes; it is echoed all the while. */
function afterBytes(bytes: number) {
  let arrived: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let seen = 0;
  const stream: Behaviour['stream'] = (socket) => {
    socket.write(STREAM_ACK);
    socket.on('data', (chunk) => {
      socket.write(chunk);
      seen += chunk.length;
      if (seen >= bytes) arrived();
    });
  };
  return { reached, stream };
}

describe('an agent that ends a session early', () => {
  async function cutShort(end: (peer: BadPeer) => void): Promise<Met> {
    const { reached, stream } = afterBytes(64 * 10);
    const control = async (peer: BadPeer) => {
      await peer.open();
      peer.record(OPEN);
      await reached;
      end(peer);
    };
    return meet({ control, stream }, SLOW);
  }

  test.each<[string, (peer: BadPeer) => void]>([
    ['by closing', (peer) => void peer.socket.end()],
    ['as completed', (peer) => peer.say({ is: 'closed', status: 'completed', error: null })],
    [
      'as its own limit',
      (peer) => peer.say({ is: 'closed', status: 'failed', error: { code: 'NETPROBE_LIMIT_EXCEEDED' } }),
    ],
    [
      'as if we had aborted',
      (peer) => peer.say({ is: 'closed', status: 'failed', error: { code: 'NETPROBE_ABORTED' } }),
    ],
    [
      'as if this machine had failed',
      (peer) => peer.say({ is: 'closed', status: 'partial', error: { code: 'NETPROBE_LOCAL_RESOURCES' } }),
    ],
  ])('%s leaves a partial cell that names it, and requests on their way count as failed', async (_, end) => {
    const { outcome, read } = await cutShort(end);
    expect(outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_AGENT_CLOSED', origin: 'agent' } });
    const outcomes = new Set(read.seats[0]?.rows['echo']?.['outcome']);
    expect([...outcomes].filter((code) => code !== 0 && code !== 5)).toEqual([]);
  });

  test('by a reset leaves a partial cell', async () => {
    const { outcome } = await cutShort((peer) => void peer.socket.resetAndDestroy());
    expect(outcome).toMatchObject({ status: 'partial', error: { code: 'NETPROBE_RESET' } });
  });
});
