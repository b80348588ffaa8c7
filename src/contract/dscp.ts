import * as v from 'valibot';

/** Differentiated services code points by name, 0 to 63 (RFC 2474, 2597, 3246, 5865, 8622). */
const DSCP: Record<string, number> = {
  CS0: 0,
  LE: 1,
  CS1: 8,
  AF11: 10,
  AF12: 12,
  AF13: 14,
  CS2: 16,
  AF21: 18,
  AF22: 20,
  AF23: 22,
  CS3: 24,
  AF31: 26,
  AF32: 28,
  AF33: 30,
  CS4: 32,
  AF41: 34,
  AF42: 36,
  AF43: 38,
  CS5: 40,
  'VOICE-ADMIT': 44,
  EF: 46,
  CS6: 48,
  CS7: 56,
};

const WORDS = `a DSCP from 0 to 63, or one of ${Object.keys(DSCP).join(', ')}`;

/** Schema of a DSCP, written by name or number; parsed to the number. */
export function dscp() {
  return v.pipe(
    v.union([v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(63)), v.picklist(Object.keys(DSCP))], WORDS),
    v.transform((given) => (typeof given === 'number' ? given : (DSCP[given] as number))),
  );
}
