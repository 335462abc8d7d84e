import { z } from 'zod';
import { parseDuration } from '../core/parse-duration.ts';

/** A time as people write it, `90s` or `5m`. It stays as it was written: what was checked once can be checked again. */
export function Span(minMs: number, maxMs: number) {
  const rule = `must be a time from ${minMs / 1_000}s to ${maxMs / 60_000}m, such as 90s or 5m`;
  return z.string().refine((text) => {
    const ms = parseDuration(text);
    return ms !== null && ms >= minMs && ms <= maxMs;
  }, rule);
}

/** Of a `Span`; anything else was never let in. */
export function spanMs(text: string): number {
  return parseDuration(text) ?? 0;
}
