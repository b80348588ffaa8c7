import { execFileSync, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { start } from '../support/program.ts';

let agent: ReturnType<typeof start> | undefined;
afterEach(() => {
  agent?.child.kill('SIGKILL');
});

const hasPgrep = spawnSync('pgrep', ['--version']).status === 0;

/** The process that an agent has started: its quiet lane. */
function laneOf(pid: number | undefined): number {
  const pids = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  expect(pids).toHaveLength(1);
  return Number(pids[0]);
}

/** Sends STAMP packets (RFC 8762, 44 bytes) until one is answered, and gives the answer's length. */
async function answerFrom(port: number): Promise<number> {
  const socket = dgram.createSocket('udp4');
  socket.on('error', () => undefined);
  let sent = 0;
  const send = () => {
    const packet = Buffer.alloc(44);
    packet.writeUInt32BE(sent++);
    socket.send(packet, port, '127.0.0.1', () => undefined);
  };
  const sending = setInterval(send, 100);
  send();
  try {
    const [answer] = (await once(socket, 'message')) as [Buffer];
    return answer.length;
  } finally {
    clearInterval(sending);
    socket.close();
  }
}

it.runIf(hasPgrep)('an agent whose quiet lane was killed answers strangers again, without any session', async () => {
  agent = start(['agent', '--listen', '127.0.0.1:0', '--json', '--serve', 'stamp', '--allow', '127.0.0.0/8']);
  await agent.says('"hello"');
  const { port } = JSON.parse(agent.out.stdout) as { port: number };
  expect(await answerFrom(port)).toBe(44);
  const killed = laneOf(agent.child.pid);
  process.kill(killed, 'SIGKILL');
  await agent.says('NETPROBE_LANE_DIED');
  expect(await answerFrom(port)).toBe(44);
  expect(laneOf(agent.child.pid)).not.toBe(killed);
  agent.child.kill('SIGTERM');
  expect(await agent.ended).toMatchObject({ code: 0 });
});
