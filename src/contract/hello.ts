import type { HostDescription } from './host.ts';

/** What an agent will do at most; told in its hello, enforced on its side. */
export interface AgentLimits {
  /** Longest session, ns. */
  durationNs: number;
  /** Most connections in one session. */
  connections: number;
  /** Most connections of a session that saturates the path. */
  streams: number;
  /** Largest single message, bytes. */
  payloadBytes: number;
  /** Most sessions at a time. */
  sessions: number;
  /** Most rows of records that one session may have the agent keep. */
  rows: number;
}

/** How an agent introduces itself once the other side has proved that it knows the secret. */
export interface AgentHello {
  tool: { name: string; version: string };
  /** Version of the wire protocol. */
  wire: number;
  /** Probe kinds that it has a responder for. */
  kinds: string[];
  limits: AgentLimits;
  host: HostDescription;
}
