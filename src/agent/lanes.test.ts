import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NetprobeError } from '../contract/error.ts';
import type { HostPort } from '../lane/host.ts';
import type { FromLane, ToLane } from '../lane/messages.ts';
import { AgentLanes, type LaneName } from './lanes.ts';

const AT = { host: '127.0.0.1', port: 8620, strangers: { allow: ['127.0.0.0/8'], perSecond: 1, bytesPerDay: 1 } };

/** A lane that does nothing but say that it has, or has not, the UDP port. */
interface FakeLane extends HostPort {
  name: LaneName;
  asked: ToLane[];
  die(reason: string): void;
}

let started: FakeLane[];
let said: string[];
let portIsTaken: boolean;
let lanes: AgentLanes;

function fakeLane(name: LaneName): FakeLane {
  const asked: ToLane[] = [];
  let hear: (message: FromLane) => void = () => undefined;
  let exit: (reason: string) => void = () => undefined;
  const lane: FakeLane = {
    name,
    asked,
    post: (message) => {
      asked.push(message);
      if (message.do !== 'listen') return;
      const error = portIsTaken ? new NetprobeError('NETPROBE_LISTEN', 'the port is taken').toJSON() : null;
      hear({ is: 'listening', id: message.id, port: portIsTaken ? 0 : message.port, error });
    },
    listen: (on) => {
      hear = on;
    },
    onExit: (on) => {
      exit = on;
    },
    stop: async () => exit('stopped'),
    die: (reason) => exit(reason),
  };
  started.push(lane);
  return lane;
}

const last = () => started.at(-1) as FakeLane;
const listening = (lane: FakeLane) => lane.asked.filter((message) => message.do === 'listen').length;
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  [started, said, portIsTaken] = [[], [], false];
  lanes = new AgentLanes(fakeLane, (error) => said.push(`${error.code}: ${error.message}; ${error.hint}`));
});
afterEach(async () => {
  await lanes.stop();
  vi.useRealTimers();
});

it('starts its quiet lane again, with the UDP port, when that has died and nobody asks for it', async () => {
  await lanes.listen(AT);
  last().die('exit SIGKILL');
  await settled();
  expect(started.map(({ name }) => name)).toEqual(['quiet', 'quiet']);
  expect(last().asked).toEqual([{ do: 'listen', id: 'udp 127.0.0.1 8620', ...AT }]);
  expect(said).toEqual([
    'NETPROBE_LANE_DIED: the measuring process for latency ended: exit SIGKILL; it is tried again at once; until then this agent answers no datagrams',
  ]);
  expect(lanes.for('quiet').gone).toBe(false);
  expect(started).toHaveLength(2);
});

it('starts one that dies again and again five times in a minute', async () => {
  await lanes.listen(AT);
  for (let ms = 0; ms < 59_000; ms += 100) {
    last().die('exit 1');
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(started).toHaveLength(1 + 5);
  expect(said.at(-1)).toMatch(/it is tried again in 5\d\.\d s/);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started.length).toBeGreaterThan(1 + 5);
  expect(last().asked).toHaveLength(1);
});

it('does not make a session wait for that', async () => {
  await lanes.listen(AT);
  last().die('exit 1');
  await settled();
  last().die('exit 1');
  expect(started).toHaveLength(2);
  expect(lanes.for('quiet').gone).toBe(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(started).toHaveLength(3);
  expect(listening(last())).toBe(1);
});

it('asks the same lane again for a UDP port that it did not get', async () => {
  await lanes.listen(AT);
  portIsTaken = true;
  last().die('exit 1');
  await settled();
  expect(said.at(-1)).toMatch(/^NETPROBE_LISTEN: the port is taken; it is tried again in 0.5 s/);
  portIsTaken = false;
  await vi.advanceTimersByTimeAsync(500);
  expect(started).toHaveLength(2);
  expect(listening(last())).toBe(2);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(listening(last())).toBe(2);
});

it('does not start again what never had the port, was stopped, or carries load', async () => {
  portIsTaken = true;
  await expect(lanes.listen(AT)).rejects.toMatchObject({ code: 'NETPROBE_LISTEN' });
  portIsTaken = false;
  await lanes.listen(AT);
  lanes.for('load');
  last().die('exit 1');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(started.map(({ name }) => name)).toEqual(['quiet', 'quiet', 'load']);
  await lanes.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(started).toHaveLength(3);
  expect(said).toEqual([]);
});
