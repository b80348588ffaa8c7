/** One fact of a machine; null when it is not to be had. */
export type FactValue = string | number | boolean | number[] | null;

/** A machine that measures or answers, by its own word: what bears on its figures. */
export interface HostDescription {
  /** Version of Node.js. */
  node: string;
  platform: string;
  arch: string;
  /** By name, with units in the names: kernel_release, cpu_model, cores, tcp_rmem_bytes … */
  facts: Record<string, FactValue>;
  /** Why a fact is null, by its name. */
  missing: Record<string, string>;
}
