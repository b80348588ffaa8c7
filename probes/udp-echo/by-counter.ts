import { type Count, readCount, type Seen } from './counter.ts';
import { FATE, type Tally, type Untold } from './ways.ts';

/** What the numbers of one flow's replies tell of a direction. */
export interface WayTold {
  loss: Tally | Untold;
  duplicate: Tally | Untold;
  /** Forward: requests in the order of arrival at the reflector. Reverse: replies, each once, in that of arrival here. */
  order: Uint32Array | Untold;
  /** Of each request, or of the reply to it. */
  fate: Uint8Array;
}

export interface Told {
  forward: WayTold;
  reverse: WayTold;
  /** The reflector's count of each reply, without wraps; undefined when it is none. */
  counts: Float64Array | undefined;
}

export const WHY = {
  nothing: 'no reply arrived',
  copies: 'the reflector copies the sender’s numbers, which tell nothing of either direction',
  noCount: 'the reflector’s numbers are no count of its replies to this flow',
  ends: 'the first or the last request was not answered, so the reflector’s count leaves open on which way they were lost',
  disorder:
    'packets came doubled or reordered, so gaps in the reflector’s count do not tell on which way packets were lost',
  gaps: 'the reflector’s count has gaps though every request was answered',
  unseen: 'requests whose replies were lost may have come doubled or reordered too',
} as const;

/** Decides what can be decided of one flow, and nothing else. */
export function tellByCounter(seen: Seen): Told {
  const { requests, requestOf } = seen;
  const { firstOf, answered } = firstReplies(seen);
  const single = requestOf.length === answered;
  const copied = !seen.countsFromZero && seen.number.every((number, p) => number === seen.senderNumber[p]);
  const count = copied || answered === 0 ? undefined : readCount(seen);
  const told = untold(answered === 0 ? WHY.nothing : copied ? WHY.copies : WHY.noCount, firstOf);
  if (answered === requests) tellComplete(told, requests, single && (copied || requests === 0));
  if (count === undefined) return told;
  told.counts = count.counts;
  told.reverse.duplicate = { hits: count.repeated, of: count.distinct };
  told.reverse.order = count.firsts;
  if (answered === requests) tellCounted(told, requests, single, count);
  else tellGaps(told, requests, single ? lossesByGaps(seen, firstOf, count) : { why: WHY.disorder }, count);
  return told;
}

/** Every request was answered, so all of them arrived. That every reply did, takes a count or that there was no other. */
function tellComplete({ forward, reverse }: Told, requests: number, all: boolean): void {
  const none = { hits: 0, of: requests };
  forward.loss = none;
  if (all) {
    forward.duplicate = none;
    reverse.loss = none;
    reverse.duplicate = none;
  }
  if (requests > 0) return;
  forward.order = new Uint32Array();
  reverse.order = forward.order;
}

function tellCounted({ forward, reverse }: Told, requests: number, single: boolean, count: Count): void {
  // Somebody else's replies, or those to copies of requests.
  const gaps = count.gaps ? { why: WHY.gaps } : undefined;
  reverse.loss = gaps ?? (single ? { hits: 0, of: requests } : { why: WHY.disorder });
  forward.duplicate = gaps ?? { hits: count.doubled, of: requests };
  forward.order = gaps ?? count.order;
}

function tellGaps({ forward, reverse }: Told, requests: number, losses: Losses | Untold, count: Count): void {
  const unseen = { why: WHY.unseen };
  forward.duplicate = unseen;
  forward.order = unseen;
  if ('why' in losses) {
    forward.loss = losses;
    reverse.loss = losses;
    return;
  }
  const arrived = requests - losses.forward;
  forward.loss = { hits: losses.forward, of: requests };
  reverse.loss = { hits: losses.reverse, of: arrived };
  forward.fate = losses.fate.forward;
  reverse.fate = losses.fate.reverse;
  forward.duplicate = { hits: 0, of: arrived };
  if (losses.reverse === 0) forward.order = count.order;
}

interface Losses {
  forward: number;
  reverse: number;
  fate: { forward: Uint8Array; reverse: Uint8Array };
}

/**
 * Lost packets of each direction by the gaps between the number of one answered request and that of the next: what the
 * reflector counted in between was lost on the way back, the rest on the way there.
 */
function lossesByGaps(seen: Seen, firstOf: Int32Array, { counts, firsts }: Count): Losses | Untold {
  const rises = firsts.every((p, k) => k === 0 || (counts[p] as number) > (counts[firsts[k - 1] as number] as number));
  if (!rises) return { why: WHY.disorder };
  const fate = { forward: fatesOf(firstOf), reverse: fatesOf(firstOf) };
  const losses: Losses = { forward: 0, reverse: 0, fate };
  // A count that is known to begin at 0 is as good as a request before the first that was answered.
  let last = { request: -1, count: seen.countsFromZero ? -1 : (undefined as number | undefined) };
  for (let i = 0; i < firstOf.length; i += 1) {
    const p = firstOf[i] as number;
    if (p < 0) continue;
    const count = counts[p] as number;
    const between = i - last.request - 1;
    if (last.count === undefined && between > 0) return { why: WHY.ends };
    const counted = last.count === undefined ? 0 : count - last.count - 1;
    if (counted < 0) return { why: WHY.disorder };
    if (counted > between) return { why: WHY.noCount };
    losses.reverse += counted;
    losses.forward += between - counted;
    if (counted === 0) mark(fate, i - between, i, FATE.lost, FATE.none);
    else if (counted === between) mark(fate, i - between, i, FATE.arrived, FATE.lost);
    last = { request: i, count };
  }
  return last.request === firstOf.length - 1 ? losses : { why: WHY.ends };
}

function mark(fate: Losses['fate'], from: number, to: number, forward: number, reverse: number): void {
  fate.forward.fill(forward, from, to);
  fate.reverse.fill(reverse, from, to);
}

function firstReplies({ requests, requestOf }: Seen): { firstOf: Int32Array; answered: number } {
  const firstOf = new Int32Array(requests).fill(-1);
  let answered = 0;
  for (let p = 0; p < requestOf.length; p += 1) {
    const i = requestOf[p] as number;
    if (firstOf[i] !== -1) continue;
    firstOf[i] = p;
    answered += 1;
  }
  return { firstOf, answered };
}

function fatesOf(firstOf: Int32Array): Uint8Array {
  const fates = new Uint8Array(firstOf.length);
  for (let i = 0; i < fates.length; i += 1) fates[i] = firstOf[i] === -1 ? FATE.unknown : FATE.arrived;
  return fates;
}

function untold(why: string, firstOf: Int32Array): Told {
  const way = () => ({ loss: { why }, duplicate: { why }, order: { why }, fate: fatesOf(firstOf) });
  return { forward: way(), reverse: way(), counts: undefined };
}
