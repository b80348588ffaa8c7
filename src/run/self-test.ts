import type { AnyKind, Registry } from '../contract/kind.ts';
import type { JournalRecord } from '../contract/records.ts';
import { SELF_TEST_CELL, SELF_TEST_KIND, SELF_TEST_OPTIONS } from '../contract/self-test.ts';
import { LaneHost } from '../lane/host.ts';
import { threadLane } from '../lane/spawn.ts';
import type { RunLanes } from './lanes.ts';

const ADDRESS = '127.0.0.1';
/** Nobody but this machine can ask it. */
const ALLOWED = { allow: [`${ADDRESS}/32`], perSecond: 10_000, bytesPerDay: 1e9 };

/**
 * Measures this machine's own loopback with the lane that measures everything else: what the instrument cannot be better
 * than. Its records are kept like a cell's. It never stops a run: without it there is just no such figure.
 */
export async function selfTest(
  lanes: RunLanes,
  lane: URL,
  registry: Registry,
  seed: number,
  append: (record: JournalRecord) => void,
): Promise<void> {
  const kind: AnyKind | undefined = registry.get(SELF_TEST_KIND);
  const options = kind?.options.effective(SELF_TEST_OPTIONS);
  const parsed = kind?.options.parse(options);
  if (kind === undefined || options === undefined || !parsed?.ok) return;
  const reflector = new LaneHost(threadLane(lane, { quiet: true }));
  try {
    const port = await reflector.listen(ADDRESS, 0, ALLOWED);
    const url = `stamp://${ADDRESS}:${port}`;
    const caps = kind.cost(parsed.value, {})[0];
    if (caps === undefined) return;
    const seats = [{ site: 'here' }, { site: 'here', target: url }];
    const ids = { cell: SELF_TEST_CELL, attempt: 1, part: '', kind: SELF_TEST_KIND, role: 'initiator', seat: 0, seed };
    const assignment = { ...ids, shard: { index: 0, of: 1 }, options, caps, seats };
    const peer = { seat: 1, host: ADDRESS, port, address: ADDRESS, family: 4 as const, dnsNs: null, url };
    await lanes.get('quiet').begin(SELF_TEST_CELL, assignment, [peer], { record: append, tell: () => undefined }).done;
  } catch {
    // No UDP socket to be had: the cells will say so, if they need one.
  } finally {
    await reflector.stop();
  }
}
