/** Every request to an agent carries fresh random bits in this header, which the answer must bring back. */
export const NONCE_HEADER = 'netprobe-nonce';
export const NONCE_BYTES = 16;

/** The longest request body: it is sent with every request. */
export const MAX_BODY_BYTES = 1024 * 1024;
