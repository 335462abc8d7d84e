import { textLimits } from '../limits.ts';
import { boolean, byType, type Check, object, string } from './check.ts';

/** A `plain_text` object. */
export function plain(max: number): Check {
  return byType(() => ({ plain_text: object({ text: string({ min: 1, max }) }, { emoji: boolean }) }));
}

export function mrkdwn(max: number): Check {
  return byType(() => ({ mrkdwn: object({ text: string({ min: 1, max }) }, { verbatim: boolean }) }));
}

/** `plain_text` or `mrkdwn`. */
export function words(max: number): Check {
  return byType(() => ({
    plain_text: object({ text: string({ min: 1, max }) }, { emoji: boolean }),
    mrkdwn: object({ text: string({ min: 1, max }) }, { verbatim: boolean }),
  }));
}

export const id = string({ min: 1, max: textLimits.id });
