import type { Assignment } from '../../src/contract/assignment.ts';
import type { CloseStatus, JournalRecord } from '../../src/contract/records.ts';
import { LaneHost } from '../../src/lane/host.ts';
import { inProcessLane } from './in-process-lane.ts';
import { kindThatRuns, type Role } from './run-kind.ts';

/** Begins an activity that does what the test says, on a lane of its own in this thread. */
export function beginActivity(run: Role, change: Partial<Assignment> = {}, sharesMemory = true) {
  const kind = kindThatRuns(run);
  const lane = new LaneHost(inProcessLane(new Map([[kind.name, kind]]), sharesMemory));
  const records: JournalRecord[] = [];
  const told: unknown[] = [];
  const amounts = { bytesIn: 0, bytesOut: 0, connections: 0, payloadBytes: 0, bps: 0, packetsPerSecond: 0 };
  const caps = { durationNs: 0, ...amounts, rows: {} };
  const seats = [{ site: 'here' }, { site: 'there' }];
  const ids = { cell: 'c', attempt: 1, part: '', kind: kind.name, role: 'initiator', seat: 0, seed: 1 };
  const assignment = { ...ids, shard: { index: 0, of: 1 }, options: {}, caps, seats, ...change };
  const activity = lane.begin('id', assignment, [], {
    record: (record) => void records.push(record),
    tell: (seat, message) => told.push([seat, message]),
  });
  const state: { end?: { status: CloseStatus; code: string | undefined } } = {};
  void activity.done.then(({ status, error }) => {
    state.end = { status, code: error?.code };
  });
  return { activity, records, told, state, lane, assignment };
}

const LANES_OWN = ['lane', 'clock', 'host_load'];

/** What was recorded, in short: rows as their numbers, all else by its name; without what every lane says of itself. */
export function shapeOf(records: JournalRecord[]): unknown[] {
  const own = records.filter((record) => record.is !== 'fact' || !LANES_OWN.includes(record.name));
  return own.map((record) => (record.is === 'rows' ? record.rows.flat() : record.is));
}
