import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * Keeps idle cores from sleeping until the returned function is called, or this process dies (Linux's PM QoS: as long as
 * the file is open). A core that has to wake up first takes the emulator up to 0.1 ms to read a packet, which is in
 * no log and looks like an error of the tool. Null where that cannot be had.
 */
export function keepAwake(): (() => void) | null {
  try {
    const file = openSync('/dev/cpu_dma_latency', 'w');
    writeSync(file, new Int32Array([0]));
    return () => closeSync(file);
  } catch {
    return null;
  }
}
