import { NetprobeError } from '../contract/error.ts';
import type { Registry } from '../contract/kind.ts';
import { Activity } from './activity.ts';
import type { LanePort, ToLane } from './messages.ts';

/** Serves one lane's port: begins activities, and passes on what is meant for each. */
export function runLane(port: LanePort, registry: Registry): void {
  const activities = new Map<string, Activity>();

  const begin = (message: Extract<ToLane, { do: 'begin' }>) => {
    const { id, assignment, peers } = message;
    const kind = registry.get(assignment.kind);
    if (kind === undefined) {
      const error = new NetprobeError('NETPROBE_AGENT_KIND', `unknown probe kind ${JSON.stringify(assignment.kind)}`);
      port.post({ is: 'closed', id, status: 'failed', error: error.toJSON() });
      return;
    }
    const activity = new Activity(id, assignment, kind, peers, port);
    activities.set(id, activity);
    void activity.run().finally(() => activities.delete(id));
  };

  port.listen((message, socket) => {
    if (message.do === 'begin') {
      begin(message);
      return;
    }
    const activity = activities.get(message.id);
    if (activity === undefined) socket?.destroy();
    else if (message.do === 'take') {
      if (socket) activity.take(socket, message.as, message.stream, Buffer.from(message.head, 'base64'));
    } else if (message.do === 'hear') activity.hear(message.seat, message.message);
    else if (message.do === 'hush') activity.hush(message.seat);
    else activity.abort(NetprobeError.from(message.error));
  });
}
