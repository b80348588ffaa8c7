import * as v from 'valibot';
import { dscp } from '../../src/contract/dscp.ts';
import { defineOptions } from '../../src/contract/options.ts';
import { fillSchedule, NOT_BOTH, notBoth, scheduleEntries } from '../../src/contract/schedule.ts';
import { secret } from '../../src/contract/secret.ts';
import { size, wholeNumber } from '../../src/contract/units.ts';
import { isSizeValid, minimumSize } from '../../src/wire/stamp/layout.ts';
import { kept, MOST_BYTES, mostKept } from './kept.ts';

const MODES = ['unauthenticated', 'authenticated'] as const;
const [PLAIN, SIGNED] = [minimumSize('unauthenticated'), minimumSize('authenticated')];
/** What UDP over IPv4 carries at most. Above the path's MTU it is fragmented, and one lost fragment loses all. */
const MAX_BYTES = 65_507;
const SIZES = `${PLAIN} B, or from ${PLAIN + 4} B; in authenticated mode ${SIGNED} B, or from ${SIGNED + 4} B`;

const schema = v.pipe(
  v.strictObject({
    ...scheduleEntries({ rate: '100/s', timeout: '3s' }),
    /** UDP payload bytes of each request, and of its reply. */
    size: v.optional(size({ min: PLAIN, max: MAX_BYTES, words: `from ${PLAIN} B to ${MAX_BYTES} B` })),
    /** RFC 8762's modes: in the authenticated one each packet carries an HMAC. */
    mode: v.optional(v.picklist(MODES, MODES.join(' or ')), 'unauthenticated'),
    /** Of authenticated targets: the shared key, in hex or as text. An agent's session has its own. */
    key: v.optional(secret()),
    /** Source ports that the requests take turns in: each may take another of several equal paths (ECMP). */
    flows: v.optional(wholeNumber(1, 64), 1),
    dscp: v.optional(dscp()),
  }),
  v.check((o) => notBoth(o), NOT_BOTH),
  v.forward(
    v.check((o) => isSizeValid(o.mode, o.size ?? 0), SIZES),
    ['size'],
  ),
  v.transform((o) => ({ ...o, size: o.size ?? minimumSize(o.mode) })),
  // Replies are checked against the requests: one whose request is no longer kept would pass for lost.
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || kept(dataset.value) <= mostKept(dataset.value)) return;
    const { flows, size } = dataset.value;
    const bytes = mebibytes(kept(dataset.value) * flows * size);
    addIssue({
      message: `a lower rate, size or timeout: requests are kept for twice the timeout, in at most ${mebibytes(MOST_BYTES)}, and these take ${bytes}`,
      input: bytes,
    });
  }),
);

export type UdpEchoOptions = v.InferOutput<typeof schema>;

export const options = defineOptions(schema, (given) => ({
  ...fillSchedule(given, { duration: '10s' }),
  size: `${given['mode'] === 'authenticated' ? SIGNED : PLAIN} B`,
}));

/** Rounded up, so that what is too much looks like it. */
function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
