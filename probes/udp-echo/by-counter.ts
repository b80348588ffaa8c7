import { type Count, readCount, type Seen } from './counter.ts';
import { FATE, type Tally, type Untold } from './ways.ts';

// What the numbers of a flow's replies can decide. A stateful reflector (RFC 8762 §4) raises its number by one with every
// packet that it answers, be it a request or a copy of one: a number that never came is certainly a reply lost on the way
// back, but nobody knows to which packet. So one missing number hides what happened on the way there.
//
// U: requests that nobody answered. M: numbers that never came, from the first (0 where it is known to count from there)
// to the highest that did. What was counted beyond the highest, nobody saw: figures of counted packets end there.
// "–": null, with its reason. dup: packets that came more than once; order: what reordering is told from. "(copy)": only
// where numbers are copies; a lost reply to a copy of a request leaves no trace there.
//
// | what came                                        | loss fwd | loss rev | dup fwd | dup rev | order fwd | order rev |
// |--------------------------------------------------|----------|----------|---------|---------|-----------|-----------|
// | nothing                                          | –        | –        | –       | –       | –         | –         |
// | numbers that copy the sender's, or are no count: |          |          |         |         |           |           |
// |   U = 0, each answered once                      | 0        | 0 (copy) | –       | 0       | –         | –         |
// |   U = 0, some answered more than once            | 0        | –        | –       | –       | –         | –         |
// |   U > 0, each other answered once                | –        | –        | –       | 0       | –         | –         |
// |   U > 0, some answered more than once            | –        | –        | –       | –       | –         | –         |
// | a count:                                         |          |          |         |         |           |           |
// |   U = 0, M = 0                                   | 0        | 0        | told    | told    | told      | told      |
// |   U = 0, M > 0: copies', or somebody else's      | 0        | –        | –       | told    | –         | told      |
// |   U > 0, the last request (or, where the count's | –        | –        | –       | told    | –         | told      |
// |     start is not known, the first) among them    |          |          |         |         |           |           |
// |   U > 0, requests overtook each other there      | –        | –        | –       | told    | –         | told      |
// |   U > 0, M = 0                                   | U        | 0        | told    | told    | told      | told      |
// |   U > 0, M > 0, M of each gap within its U       | – (U−M…U)| M        | –       | told    | –         | told      |
// |   U > 0, M of some gap above its U               | –        | –        | –       | told    | –         | told      |

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
    'requests overtook each other on the way there, so gaps in the reflector’s count do not tell on which way packets were lost',
  gaps: 'the reflector’s count has gaps though every request was answered',
  surplus:
    'the reflector counted more packets between two answered requests than were sent there: copies of requests, or somebody else’s',
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
  if (requests === 0) tellEmpty(told);
  if (answered === 0) return told;
  const whole = answered === requests;
  if (whole) told.forward.loss = { hits: 0, of: requests };
  if (single) told.reverse.duplicate = { hits: 0, of: answered };
  // One reply to each: none was lost, unless to a copy, which numbers like these cannot show.
  if (whole && single && copied) told.reverse.loss = { hits: 0, of: requests };
  if (count === undefined) return told;
  told.counts = count.counts;
  told.reverse.duplicate = { hits: count.repeated, of: count.distinct };
  told.reverse.order = count.firsts;
  const missing = whole ? noneMissing(count) : lostReplies(seen, firstOf, count);
  if (typeof missing !== 'number') tellUndecided(told, whole, missing);
  else {
    told.reverse.loss = { hits: missing, of: count.requestBy.length };
    if (missing === 0) tellAll(told, { requests, answered }, count);
    else tellHidden(told, { requests, answered }, missing);
  }
  return told;
}

function tellEmpty({ forward, reverse }: Told): void {
  for (const way of [forward, reverse]) {
    way.loss = { hits: 0, of: 0 };
    way.duplicate = { hits: 0, of: 0 };
    way.order = new Uint32Array();
  }
}

function tellUndecided({ forward, reverse }: Told, whole: boolean, why: Untold): void {
  if (!whole) forward.loss = why;
  forward.duplicate = why;
  forward.order = why;
  reverse.loss = why;
}

/** Every reply arrived: who was not answered did not get there. */
function tellAll(
  { forward, reverse }: Told,
  { requests, answered }: { requests: number; answered: number },
  count: Count,
): void {
  forward.loss = { hits: requests - answered, of: requests };
  forward.duplicate = { hits: count.doubled, of: answered };
  forward.order = count.order;
  forward.fate = forward.fate.map((fate) => (fate === FATE.unknown ? FATE.lost : fate));
  reverse.fate = reverse.fate.map((fate) => (fate === FATE.unknown ? FATE.none : fate));
}

/** Replies were lost, and with them what they answered. */
function tellHidden(
  { forward }: Told,
  { requests, answered }: { requests: number; answered: number },
  missing: number,
): void {
  const lost = requests - answered;
  const bounds = `of the flow’s ${requests} requests, ${lost - missing} to ${lost} were lost on the way there`;
  forward.loss = { why: `${missing} replies were lost, to requests or to copies of them: ${bounds}` };
  forward.duplicate = { why: WHY.unseen };
  forward.order = { why: WHY.unseen };
}

function noneMissing({ requestBy }: Count): number | Untold {
  return requestBy.includes(-1) ? { why: WHY.gaps } : 0;
}

/** How many replies were lost: numbers that never came, where there are no more of them than requests they could be to. */
function lostReplies(seen: Seen, firstOf: Int32Array, { requestBy }: Count): number | Untold {
  if (firstOf.at(-1) === -1 || (firstOf[0] === -1 && !seen.countsFromZero)) return { why: WHY.ends };
  let missing = 0;
  let gap = 0;
  let last = -1;
  let surplus = false;
  for (const request of requestBy) {
    if (request === -1) {
      gap += 1;
      continue;
    }
    if (request < last) return { why: WHY.disorder };
    if (gap > Math.max(0, request - last - 1)) surplus = true;
    missing += gap;
    gap = 0;
    last = request;
  }
  return surplus ? { why: WHY.surplus } : missing;
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
