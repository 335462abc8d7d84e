import { z } from 'zod';
import { parseDuration } from '../core/parse-duration.ts';

// What the settings of several gates are made of.

/** Comes out in milliseconds. */
export function Time(minMs: number, maxMs: number) {
  return z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
    context.issues.push({ code: 'custom', message: 'must be a time such as 90s, 12h or 7d', input: text });
    return z.NEVER;
  });
}

export const Percent = z.number().min(0).max(100);

/** Only what is encrypted leaves this machine; on it, plain HTTP is good enough. Nobody is named in an address. */
export function isSafeAddress(text: string): boolean {
  const isSafe = /^(?:https:\/\/[^/]|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?(?:\/|$))/.test(text);
  if (!isSafe || !URL.canParse(text)) return false;
  const { username, password, hash, pathname } = new URL(text);
  return username === '' && password === '' && hash === '' && !pathname.startsWith('//');
}

export const SafeAddress = z
  .string()
  .max(1_000)
  .refine(isSafeAddress, 'must be an address such as https://status.example.com');

const LINE_MAX = 80;

/** Words of somebody else, short enough to stand in a sentence of ours and in one line. */
export function quoted(words: string): string {
  const line = words.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const letters = [...line];
  return letters.length > LINE_MAX ? `${letters.slice(0, LINE_MAX).join('')}…` : line;
}

const NAMES_MAX = 3;

/** `a, b, c and 4 more`. */
export function names(all: readonly string[]): string {
  const shown = all.slice(0, NAMES_MAX).map(quoted).join(', ');
  return all.length > NAMES_MAX ? `${shown} and ${all.length - NAMES_MAX} more` : shown;
}

/** `1 test`, `12 tests`. */
export function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

/** At most two digits behind the point, and never rounded up: 99.999 % is not 100 %. */
export function percent(share: number): string {
  return `${Math.floor(share * 100) / 100} %`;
}
