import type { ErrorJson } from './error.ts';

/** What a run tells while it goes on, for progress display. None of it enters results. */
export type RunEvent =
  | { is: 'run-started'; folder: string; cells: number; estimatedNs: number }
  | { is: 'agent-ready'; site: string; agent: string; version: string }
  | { is: 'agent-failed'; site: string; agent: string; error: ErrorJson }
  | {
      is: 'cell-started';
      cell: string;
      from: string;
      to: string;
      probe: string;
      index: number;
      of: number;
      estimatedNs: number;
    }
  | { is: 'cell-progress'; cell: string; rows: number }
  | {
      is: 'cell-finished';
      cell: string;
      status: string;
      error: ErrorJson | null;
      index: number;
      of: number;
    }
  | { is: 'run-finished'; folder: string; status: string };
