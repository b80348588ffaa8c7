import type { Interval } from '../contract/figures.ts';
import type { MetricUnit } from '../contract/kind.ts';
import { NOTHING } from './format.ts';

/** Holds a bracket together where lines are broken; `spaced` makes it a space again. */
const TIE = '\u00a0';

/** "[19.8, 21.4]" to stand after a value: with its own unit where that is another; – where n supports no bound. */
export function intervalText(
  interval: Interval,
  value: number,
  unit: MetricUnit,
  format: (value: number, unit: MetricUnit) => string,
): string {
  const suffix = unitOf(format(value, unit));
  const bounds = interval.map((bound) => {
    if (bound === null) return NOTHING;
    const text = format(bound, unit);
    return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text.replaceAll(' ', TIE);
  });
  return `[${bounds.join(`,${TIE}`)}]`;
}

/** Text that is laid out, with plain spaces again. */
export function spaced(text: string): string {
  return text.replaceAll(TIE, ' ');
}

/** " ms" of "20.3 ms"; "" of what has none. */
export function unitOf(text: string): string {
  const space = text.indexOf(' ');
  return space < 0 ? '' : text.slice(space);
}
