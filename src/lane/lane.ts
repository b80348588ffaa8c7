import type { Socket } from 'node:net';
import { cpus } from 'node:os';
import { Attention } from '../clock/attention.ts';
import { threadNow } from '../clock/monotonic.ts';
import { Pacer } from '../clock/pacer.ts';
import { NetprobeError } from '../contract/error.ts';
import type { Registry } from '../contract/kind.ts';
import type { Missing } from '../kernel/missing.ts';
import type { Kernel } from '../kernel/native.ts';
import { type Spinners, spinnersHere } from '../kernel/spinners.ts';
import { usableCores } from '../kernel/usable-cores.ts';
import { Activity, type LaneThread } from './activity.ts';
import { collectGarbage } from './collect-garbage.ts';
import { DatagramPort } from './datagram-port.ts';
import type { LanePort, ToLane } from './messages.ts';
import { strangers } from './strangers.ts';
import { LaneVitals } from './vitals.ts';

type Opened = Kernel | Missing;

/**
 * Serves one lane's port: begins activities, and passes on what is meant for each. What comes before the kernel has been
 * opened waits for it. `close` gives the UDP port back, for lanes that do not end with their process.
 * `awake`: of an agent, which then waits awake for packets that come in quick succession.
 */
export function runLane(
  port: LanePort,
  registry: Registry,
  kernel: Opened | Promise<Opened>,
  { awake = false }: { awake?: boolean } = {},
): { close(): void } {
  const activities = new Map<string, Activity>();
  // A thread that spins takes a core, so one must be left for everything else.
  const spin = usableCores() > 1;
  let spinners: Spinners | undefined;
  let sending = false;
  const pacer = new Pacer(threadNow, {
    spin,
    active: (is) => {
      sending = is;
      if (spin) spinners?.[is ? 'join' : 'leave']();
    },
  });
  // Bound to one core, an agent's lane shares it with nobody that is busy: what counts is that the machine has others.
  const cores = usableCores(cpus().length);
  const mayWatch = () => cores > 2 || spinners?.others() === false;
  const attention = awake && cores > 1 ? new Attention(threadNow, mayWatch) : undefined;
  let datagrams: DatagramPort | undefined;
  let thread: LaneThread | undefined;
  /** What comes while the lane is being set up, or its UDP port is being opened, has to wait for it. */
  let waiting: [ToLane, Socket | undefined][] | undefined = [];

  const goOn = () => {
    const held = waiting ?? [];
    waiting = undefined;
    for (const [message, socket] of held) obey(message, socket);
  };

  const listen = async ({ id, host, port: number, strangers: rules }: Extract<ToLane, { do: 'listen' }>) => {
    waiting = [];
    try {
      const opened = thread?.kernel ?? { missing: 'it was not opened' };
      datagrams = await DatagramPort.open(
        host,
        number,
        opened,
        attention,
        rules === null ? undefined : strangers(rules, () => datagrams?.port ?? 0, opened),
      );
      port.post({ is: 'listening', id, port: datagrams.port, error: null });
    } catch (cause) {
      const error = new NetprobeError('NETPROBE_LISTEN', `cannot listen on UDP ${host}:${number}: ${String(cause)}`, {
        hint: 'is another process using this UDP port?',
      });
      port.post({ is: 'listening', id, port: 0, error: error.toJSON() });
    }
    goOn();
  };

  const begin = (message: Extract<ToLane, { do: 'begin' }>) => {
    const { id, assignment } = message;
    const kind = registry.get(assignment.kind);
    if (kind === undefined || thread === undefined) {
      const error = new NetprobeError('NETPROBE_AGENT_KIND', `unknown probe kind ${JSON.stringify(assignment.kind)}`);
      port.post({ is: 'closed', id, status: 'failed', error: error.toJSON() });
      return;
    }
    const activity = new Activity(message, kind, port, thread);
    activities.set(id, activity);
    void activity.run().finally(() => activities.delete(id));
  };

  const obey = (message: ToLane, socket?: Socket) => {
    if (waiting !== undefined) {
      waiting.push([message, socket]);
      return;
    }
    if (message.do === 'begin') {
      begin(message);
      return;
    }
    if (message.do === 'listen') {
      void listen(message);
      return;
    }
    if (message.do === 'start') {
      // Not while others are sending: who is ready late begins as it is.
      if (!sending) collectGarbage();
      for (const id of message.ids) activities.get(id)?.start(message.ids.length);
      return;
    }
    const activity = activities.get(message.id);
    if (activity === undefined) socket?.destroy();
    else if (message.do === 'take') {
      if (socket) activity.take(socket, message.as, message.stream, Buffer.from(message.head, 'base64'));
    } else if (message.do === 'hear') activity.hear(message.seat, message.message);
    else if (message.do === 'hush') activity.hush(message.seat);
    else if (message.do === 'taken') activity.taken();
    else activity.abort(NetprobeError.from(message.error));
  };
  port.listen(obey);

  const start = (opened: Opened) => {
    spinners = spinnersHere(opened);
    thread = { pacer, kernel: opened, vitals: new LaneVitals(opened, spin), attention, datagrams: () => datagrams };
    goOn();
  };
  if (kernel instanceof Promise) void kernel.then(start);
  else start(kernel);
  return { close: () => datagrams?.close() };
}
