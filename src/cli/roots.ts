import type { Registry } from '../contract/kind.ts';

/** What the program's root gives its commands: the only place where they meet the probes. */
export interface Roots {
  tool: { name: string; version: string };
  /** Loads the registry of probe kinds. */
  registry(): Promise<Registry>;
  /** The measuring lane's module. */
  lane: URL;
  /** The program itself, to start embedded agents with. */
  program: URL;
}
