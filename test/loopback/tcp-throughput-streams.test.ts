import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { tcpThroughput } from '../../probes/tcp-throughput/index.ts';
import type { Link } from '../../src/contract/io.ts';
import type { AnyKind } from '../../src/contract/kind.ts';
import { intervals } from '../support/intervals.ts';
import { withAgent } from '../support/with-agent.ts';

const BRIEF = { duration: '400ms', warmup: '100ms', streams: 3 };

/** tcp-throughput with an agent that does something of its own to its streams. */
function meddling(meddle: (link: Link, stream: number) => void): AnyKind {
  const responder = async () => {
    const { run } = await import('../../probes/tcp-throughput/responder.ts');
    const meddled: typeof run = (assignment, io, signal) => {
      const serve: typeof io.serve = (handlers) =>
        io.serve({
          link(link, stream) {
            handlers.link?.(link, stream);
            meddle(link, stream);
          },
        });
      return run(assignment, { ...io, serve }, signal);
    };
    return { run: meddled };
  };
  return { ...tcpThroughput, roles: { ...tcpThroughput.roles, responder } };
}

describe('tcp-throughput with an agent that', () => {
  test.each(['forward', 'reverse', 'duplex'])(
    'resets one stream midway is partial in %s, and goes on with the others',
    async (direction) => {
      const kind = meddling((link, stream) => {
        if (stream === 1) setTimeout(() => (link.stream as Socket).resetAndDestroy(), 200);
      });
      const measured = await withAgent(kind, { ...BRIEF, direction });
      // A reset behind data that has not been read yet is told as an end by libuv, to a reader with a large buffer.
      const code = expect.stringMatching(direction === 'forward' ? /^NETPROBE_RESET$/ : /^NETPROBE_(RESET|CLOSED)$/);
      expect(measured.outcome).toMatchObject({ status: 'partial', error: { code } });
      const rows = intervals(measured, direction === 'reverse' ? 'rev' : 'fwd');
      const last = Math.max(...rows.map(({ end }) => end));
      const atTheEnd = rows.filter(({ end }) => end === last);
      expect(atTheEnd.find(({ stream }) => stream === 1)?.bytes).toBe(0);
      expect(atTheEnd.find(({ stream }) => stream === 0)?.bytes).toBeGreaterThan(0);
    },
  );

  test('sends on streams that only bring it something fills no memory with that', async () => {
    let taken = 0;
    const kind = meddling(({ stream }) => {
      const chunk = Buffer.alloc(256 * 1024);
      const flood = () => {
        if (stream.destroyed) return;
        stream.write(chunk, (error) => {
          if (error) return;
          taken += chunk.length;
          flood();
        });
      };
      flood();
    });
    const measured = await withAgent(kind, { ...BRIEF, direction: 'forward', streams: 1, duration: '1s' });
    expect(measured.outcome).toMatchObject({ status: 'completed' });
    // What the systems' socket buffers and one read hold; it would be gigabytes.
    expect(taken).toBeLessThan(64 * 1024 * 1024);
  });
});
