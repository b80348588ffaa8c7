import { randomFillSync } from 'node:crypto';

/** Random bytes sent in turn: larger than what common compressors look back over. */
const POOL_BYTES = 32 * 1024 * 1024;

let pool: Buffer | undefined;

/** Takes slices of `size` bytes from a pool of random ones, round and round. Every thread or process has one pool. */
export function payloads(size: number): () => Buffer {
  if (pool === undefined) {
    pool = Buffer.allocUnsafeSlow(POOL_BYTES);
    randomFillSync(pool);
  }
  const bytes = pool;
  let offset = 0;
  return () => {
    if (offset + size > bytes.length) offset = 0;
    offset += size;
    return bytes.subarray(offset - size, offset);
  };
}
