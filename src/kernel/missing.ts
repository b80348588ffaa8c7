/** What stands in the place of something that is not to be had, and why. */
export interface Missing {
  missing: string;
}

/** One fact of this machine: its value, or null and why there is none. */
export type Fact<T extends NonNullable<unknown>> = { value: T } | { value: null; why: string };

/** Whether there is a reason instead of the thing itself. */
export function isMissing(thing: object): thing is Missing {
  return 'missing' in thing;
}
