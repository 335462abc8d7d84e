import { z } from 'zod';
import { parseDuration } from '../core/parse-duration.ts';

// What the settings of several gates are made of.

/** Nothing may be written beside the name of the gate. */
export const NoSettings = z.strictObject({});

/** `90s`, `15m`, `2d`; comes out in milliseconds. */
export function Duration(minMs: number, maxMs: number) {
  const rule = `must be a time from ${minMs / 1_000}s to ${Math.round(maxMs / 60_000)}m, such as 90s or 2h`;
  return z.string(rule).transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
    context.issues.push({ code: 'custom', message: rule, input: text });
    return z.NEVER;
  });
}
