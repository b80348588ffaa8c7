/** A stream's payload is nothing but random bytes, without framing, written so many at a time. */
export const CHUNK_BYTES = 256 * 1024;
