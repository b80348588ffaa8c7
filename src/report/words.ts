import type { ErrorJson } from '../contract/error.ts';
import { inert } from './inert.ts';
import type { ReportSite } from './model.ts';

/** "here → fra-neo". */
export function linkText({ from, to }: { from: string; to: string }): string {
  return `${inert(from)} → ${inert(to)}`;
}

/** Whose site it is and where, as declared; '' when neither is. */
export function placeText({ provider, location }: ReportSite): string {
  const place = [location?.city, location?.country].filter((part) => part !== undefined).join(' ');
  return [provider ?? '', place]
    .filter((part) => part !== '')
    .map((part) => inert(part))
    .join(', ');
}

/** An error in one paragraph: code, where it comes from, what happened, and what to do about it. */
export function errorText({ code, origin, message, expected, found, hint }: ErrorJson): string {
  const details = [
    ...(expected === undefined ? [] : [`expected ${inert(expected)}`]),
    ...(found === undefined ? [] : [`found ${inert(found)}`]),
  ];
  const parenthesis = details.length === 0 ? '' : ` (${details.join(', ')})`;
  return `${code} (${origin}): ${inert(message)}${parenthesis}${hint === undefined ? '' : `. Hint: ${inert(hint)}`}`;
}
