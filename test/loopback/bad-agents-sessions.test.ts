import { describe, expect, test } from 'vitest';
import type { AgentHello } from '../../src/contract/hello.ts';
import { STREAM_ACK } from '../../src/wire/challenge.ts';
import { type BadPeer, type Behaviour, HELLO, LIMITS, SESSION } from '../support/bad-agent.ts';
import { meet } from '../support/meet-agent.ts';

type Control = (peer: BadPeer) => Promise<void>;

const OPEN = { is: 'open', unixNs: '1', kind: 'tcp-echo', role: 'responder', tables: {} };

/** Takes a session's stream as it should, until the controller says that it is done. */
const honest: Control = async (peer) => {
  await peer.open();
  peer.record(OPEN);
  await peer.hear();
};

describe('an agent that is asked for a session', () => {
  const asked = async (control: Control) => (await meet({ control })).outcome;
  const failed = (code: string) => ({ status: 'failed', error: { code, origin: 'agent' } });

  test('and says nothing is silent', async () => {
    expect(await asked((peer) => peer.greet())).toMatchObject(failed('NETPROBE_AGENT_SILENT'));
  });

  test('and closes is closed', async () => {
    const control: Control = async (peer) => {
      await peer.greet();
      await peer.hear();
      peer.socket.end();
    };
    expect(await asked(control)).toMatchObject(failed('NETPROBE_AGENT_CLOSED'));
  });

  test.each([
    ['limits', { limits: { ...LIMITS, payloadBytes: 1 } }, 'NETPROBE_LIMIT_EXCEEDED', 'config'],
    ['kinds', { kinds: ['tcp-throughput'] }, 'NETPROBE_AGENT_KIND', 'agent'],
  ])(
    'and says by its %s that it does not play it is believed, unless it said otherwise before',
    async (_, less, code, origin) => {
      const control: Control = async (peer) => void (await peer.greet({ ...HELLO, ...less }));
      const options = { count: 20, rate: '1000/s', timeout: '2s' };
      const granted = { ...HELLO } as unknown as AgentHello;
      expect((await meet({ control }, options)).outcome).toMatchObject({ status: 'failed', error: { code, origin } });
      const { outcome } = await meet({ control }, options, 'tcp-echo', granted);
      expect(outcome).toMatchObject(failed('NETPROBE_AGENT_GARBAGE'));
    },
  );

  test.each([
    ['a known code', { code: 'NETPROBE_AGENT_KIND', message: 'no' }, 'NETPROBE_AGENT_KIND'],
    ['a limit that it did not tell', { code: 'NETPROBE_LIMIT_EXCEEDED', message: 'no' }, 'NETPROBE_AGENT_GARBAGE'],
    ['marks nobody asked for', { code: 'NETPROBE_DSCP_UNSUPPORTED', message: 'no' }, 'NETPROBE_AGENT_GARBAGE'],
    [
      'the origin of somebody else',
      { code: 'NETPROBE_AGENT_BUSY', origin: 'config', message: 'no' },
      'NETPROBE_AGENT_BUSY',
    ],
    ['an unknown code', { code: 'NETPROBE_WHATEVER', message: 'no' }, 'NETPROBE_AGENT_GARBAGE'],
    ['a code of Object', { code: 'constructor', message: 'no' }, 'NETPROBE_AGENT_GARBAGE'],
    ['no code', {}, 'NETPROBE_AGENT_GARBAGE'],
    ['no error', null, 'NETPROBE_AGENT_GARBAGE'],
    ['a code that would be an excuse', { code: 'NETPROBE_LOCAL_RESOURCES', message: 'no' }, 'NETPROBE_AGENT_CLOSED'],
    ['an abort', { code: 'NETPROBE_ABORTED', message: 'no' }, 'NETPROBE_AGENT_CLOSED'],
    ['a message without end', { code: 'NETPROBE_AGENT_BUSY', message: 'n'.repeat(100_000) }, 'NETPROBE_AGENT_BUSY'],
  ])('and refuses it with %s', async (_, error, code) => {
    const control = (word: 'refused' | 'closed') => async (peer: BadPeer) => {
      await peer.greet();
      await peer.hear();
      peer.say({ is: word, ...(word === 'closed' ? { status: 'failed' } : {}), error });
    };
    for (const word of ['refused', 'closed'] as const) {
      const outcome = await asked(control(word));
      expect(outcome).toMatchObject(failed(code));
      expect(outcome.error?.message.length).toBeLessThan(600);
    }
  });

  test.each([
    ['a session that is no session', { is: 'opened', session: '../../x' }],
    ['another hello', { is: 'tell', seat: 1 }],
    ['a word of its own', { is: 'pwned' }],
  ])('and answers with %s breaks the protocol', async (_, answer) => {
    const control: Control = async (peer) => {
      await peer.greet();
      await peer.hear();
      peer.say(answer);
    };
    expect(await asked(control)).toMatchObject(failed('NETPROBE_AGENT_GARBAGE'));
  });

  test('and opens it twice breaks the protocol', async () => {
    const { outcome } = await meet({ control: (peer) => peer.open({ is: 'opened', session: SESSION }) });
    expect(outcome.error).toMatchObject({ code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' });
  });
});

describe('an agent whose streams', () => {
  test.each<[string, Behaviour['stream'], string, string]>([
    ['are closed', (socket) => void socket.end(), 'NETPROBE_AGENT_CLOSED', 'agent'],
    ['are acknowledged with other bytes', (socket) => void socket.write('HTTP/1.1'), 'NETPROBE_AGENT_GARBAGE', 'agent'],
    ['are never acknowledged', () => undefined, 'NETPROBE_CONNECT_TIMEOUT', 'network'],
    ['are acknowledged and closed', (socket) => void socket.end(STREAM_ACK), 'NETPROBE_AGENT_CLOSED', 'agent'],
  ])('%s fails the cell', async (_, stream, code, origin) => {
    const { outcome } = await meet({ control: honest, ...(stream ? { stream } : {}) }, { count: 20, timeout: '200ms' });
    expect(outcome).toMatchObject({ status: 'failed', error: { code, origin } });
  });

  test('are acknowledged in pieces are served all the same', async () => {
    const stream: Behaviour['stream'] = (socket) => {
      socket.setNoDelay(true).write(STREAM_ACK.subarray(0, 3), () => {
        setImmediate(() => {
          socket.write(STREAM_ACK.subarray(3));
          socket.pipe(socket);
        });
      });
    };
    const { read } = await meet({ control: honest, stream });
    expect(new Set(read.seats[0]?.rows['echo']?.['outcome'])).toEqual(new Set([0]));
  });

  test('are sent before anything is asked is found out', async () => {
    const stream: Behaviour['stream'] = (socket) =>
      void socket.write(Buffer.concat([STREAM_ACK, Buffer.alloc(640, 5)]));
    const { outcome } = await meet({ control: honest, stream });
    expect(outcome.error).toMatchObject({ code: 'NETPROBE_AGENT_GARBAGE', origin: 'agent' });
  });
});
