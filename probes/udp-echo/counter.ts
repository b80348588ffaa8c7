// What a reflector's own numbers are: a count of its replies to a flow, from anywhere and modulo 2^32.

/** A flow as seen from here. Requests are numbered in the order of sending, replies in the order of arrival. */
export interface Seen {
  /** How many requests left this machine. */
  requests: number;
  /** The request that each reply answers. */
  requestOf: Uint32Array;
  /** The sender's number of that request. */
  senderNumber: Float64Array;
  /** The reflector's number. */
  number: Float64Array;
  /** It is known to count from 0, and not to copy the sender's numbers. */
  countsFromZero: boolean;
}

export interface Count {
  /** Numbers without wraps, of each reply; the first reply's is 0, or from where it is known to count. */
  counts: Float64Array;
  /** How many different ones came, and how many of them more than once. */
  distinct: number;
  repeated: number;
  /** The request behind each number, from the first on (0 where it is known to count from there); −1: it never came. */
  requestBy: Int32Array;
  /** How many requests were answered under more than one number. */
  doubled: number;
  /** Requests in the order of their numbers: that in which they reached the reflector. */
  order: Uint32Array;
  /** The first reply of each number, in the order of arrival. */
  firsts: Uint32Array;
}

const MODULUS = 2 ** 32;

/** Reads the numbers as a count; undefined when they cannot be one. */
export function readCount(seen: Seen): Count | undefined {
  const { number, requestOf, requests } = seen;
  const counts = new Float64Array(number.length);
  const from = seen.countsFromZero ? 0 : (number[0] as number);
  let least = 0;
  let most = 0;
  for (let p = 0; p < counts.length; p += 1) {
    if (!isU32(number[p] as number)) return undefined;
    counts[p] = steps(from, number[p] as number);
    least = Math.min(least, counts[p] as number);
    most = Math.max(most, counts[p] as number);
  }
  // It cannot have counted before its 0.
  if (seen.countsFromZero && least < 0) return undefined;
  // Not even if each request and a copy of it had been counted.
  if (most - least > 2 * requests + number.length) return undefined;
  const requestBy = new Int32Array(most - least + 1).fill(-1);
  const firsts = new Uint32Array(number.length);
  const twice = new Uint8Array(requestBy.length);
  let distinct = 0;
  let repeated = 0;
  for (let p = 0; p < counts.length; p += 1) {
    const place = (counts[p] as number) - least;
    if (requestBy[place] === -1) {
      requestBy[place] = requestOf[p] as number;
      firsts[distinct] = p;
      distinct += 1;
    } else if (requestBy[place] !== requestOf[p]) return undefined;
    else if (twice[place] === 0) {
      twice[place] = 1;
      repeated += 1;
    }
  }
  return { counts, distinct, repeated, requestBy, firsts: firsts.slice(0, distinct), ...inOrder(requestBy, requests) };
}

/** Each request once, at its first number, and how many of them had another. */
function inOrder(requestBy: Int32Array, requests: number): Pick<Count, 'order' | 'doubled'> {
  const times = new Uint8Array(requests);
  const order: Uint32Array = new Uint32Array(requests);
  let n = 0;
  let doubled = 0;
  for (const i of requestBy) {
    if (i < 0) continue;
    if (times[i] === 0) {
      order[n] = i;
      n += 1;
    } else if (times[i] === 1) doubled += 1;
    times[i] = Math.min(2, (times[i] as number) + 1);
  }
  return { order: order.slice(0, n), doubled };
}

/** From one number to another, at most half way round either way. */
function steps(from: number, to: number): number {
  const forward = (to - from + MODULUS) % MODULUS;
  return forward < MODULUS / 2 ? forward : forward - MODULUS;
}

function isU32(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number < MODULUS;
}
