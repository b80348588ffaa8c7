import * as v from 'valibot';
import { secret } from '../contract/secret.ts';
import { bandwidth, wholeNumber } from '../contract/units.ts';
import { agent, stampTarget, tcpTarget, urlTarget } from './endpoints.ts';

// The parts of sites.yaml are checked one by one, so that what is wrong with one of them hides nothing about another;
// fileSchema puts them together for the JSON Schema.

export const SITE_NAME = /^(?!(?:constructor|prototype)$)[a-z][a-z0-9-]{0,40}$/;
export const SITE_NAME_WORDS = 'small letters, digits and -, at most 41, starting with a letter';

/** A line of text for people. */
function text() {
  const words = 'a text of 1 to 200 characters on one line';
  return v.pipe(
    v.string('a text'),
    v.minLength(1, words),
    v.maxLength(200, words),
    v.check((value) => !/\p{Cc}/u.test(value), words),
  );
}

function numberFrom(min: number, max: number) {
  const words = `a number from ${min} to ${max}`;
  return v.pipe(v.number(words), v.minValue(min, words), v.maxValue(max, words));
}

const location = v.strictObject({
  country: v.optional(text()),
  city: v.optional(text()),
  lat: v.optional(numberFrom(-90, 90)),
  lon: v.optional(numberFrom(-180, 180)),
  accuracy_km: v.optional(numberFrom(0, 20_040)),
});

/** One value of `sites`. */
export const siteSchema = v.strictObject({
  role: v.optional(v.picklist(['candidate', 'edge', 'control', 'own'])),
  provider: v.optional(text()),
  location: v.optional(location),
  agent: v.optional(agent()),
  token: v.optional(secret()),
  targets: v.optional(
    v.strictObject({
      tcp: v.optional(tcpTarget()),
      http: v.optional(urlTarget('http')),
      ws: v.optional(urlTarget('ws')),
      stamp: v.optional(stampTarget()),
    }),
  ),
  family: v.optional(v.picklist([4, 6])),
  capacity: v.optional(bandwidth({ min: 1 })),
});

const SHARE = 'a share such as 5% or 0.05';
/** A share of 1, as a number or in percent. */
function share() {
  return v.pipe(
    v.union([v.string(SHARE), v.number(SHARE)], SHARE),
    v.transform((given) => (typeof given === 'number' ? given : Number(/^(\d+(?:\.\d+)?) ?%$/.exec(given)?.[1]) / 100)),
    v.number(SHARE),
    v.minValue(0, SHARE),
    v.maxValue(1, SHARE),
  );
}

const linkList = v.array(v.string('a text such as here -> *'));
const REQUIREMENT_ID = 'letters, digits, ".", "_" and "-", at most 61, starting with a letter or digit';

/** One item of `require`. */
export const requirementSchema = v.strictObject({
  id: v.pipe(v.string('a text such as R1'), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/, REQUIREMENT_ID)),
  clause: v.optional(text()),
  level: v.optional(v.picklist(['must', 'should', 'may']), 'must'),
  probe: v.optional(v.string('a text')),
  links: v.optional(v.union([v.string(), linkList], 'a link such as here -> fra, or a list of them')),
  that: v.string('a text such as rtt_ms p99 <= 20'),
  on_unreachable: v.optional(v.picklist(['fail', 'inconclusive']), 'fail'),
  max_withheld: v.optional(share(), '5%'),
});

const head = {
  netprobe: v.literal(1, '1, the version of this file format'),
  title: v.optional(text()),
  seed: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER), 1),
  rounds: v.optional(wholeNumber(1, 1000), 1),
};

/** The top of the file: what its parts are is checked part by part. */
export const topSchema = v.strictObject({
  ...head,
  sites: v.unknown(),
  links: v.optional(v.unknown()),
  suite: v.unknown(),
  require: v.optional(v.unknown()),
});

/** The whole file, but for the probes' options, which depend on the registry. */
export const fileSchema = v.strictObject({
  ...head,
  sites: v.record(v.pipe(v.string(), v.regex(SITE_NAME)), v.nullable(siteSchema)),
  links: v.optional(linkList),
  suite: v.array(v.unknown()),
  require: v.optional(v.array(requirementSchema)),
});
