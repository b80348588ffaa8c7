import type { Assignment } from '../contract/assignment.ts';
import type { ErrorJson } from '../contract/error.ts';
import type { AgentHello } from '../contract/hello.ts';
import type { Json } from '../contract/json.ts';
import type { CloseStatus, JournalRecord } from '../contract/records.ts';

/** A control connection carries at most one session. What the controller asks an agent to play; its caps are the agent's own. */
export type OpenRequest = Omit<Assignment, 'caps'>;

export type ToAgent =
  | { do: 'open'; request: OpenRequest }
  | { do: 'hear'; seat: number; message: Json }
  /** The named seat has finished and says no more. */
  | { do: 'hush'; seat: number }
  | { do: 'abort'; error: ErrorJson };

export type FromAgent =
  | { is: 'hello'; hello: AgentHello }
  | { is: 'opened'; session: string }
  | { is: 'refused'; error: ErrorJson }
  | { is: 'record'; record: JournalRecord }
  | { is: 'tell'; seat: number; message: Json }
  | { is: 'closed'; status: CloseStatus; error: ErrorJson | null };

/** Longest control message that an agent takes. */
export const MAX_TO_AGENT_BYTES = 64 * 1024;
/** Longest that a controller takes: records come in batches. */
export const MAX_FROM_AGENT_BYTES = 4 * 1024 * 1024;
