/** Slack's `ts` as milliseconds since 1970. */
export const millisecondsOf = (ts: string): number => Math.round(Number(ts) * 1000);

/** `14:05`. */
export const clockTime = (ms: number): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(ms);

/** `14:05:09`, for the wire. */
export const clockTimeWithSeconds = (ms: number): string =>
  new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(ms);

/** The whole moment, for the words that appear over a time. */
export const wholeMoment = (ms: number): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'medium' }).format(ms);

/** One word per calendar day in the reader's zone, to see where a new one begins. */
export const dayOf = (ms: number): string => new Date(ms).toDateString();

/** `Today`, `Yesterday`, `Friday 21 November 2026`. */
export function dayName(ms: number, now: number): string {
  if (dayOf(ms) === dayOf(now)) return 'Today';
  if (dayOf(ms) === dayOf(now - 86_400_000)) return 'Yesterday';
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'full' }).format(ms);
}

/** `820 B`, `1.4 kB`, `2.0 MB`. */
export function byteCount(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** `38 ms`, `1.2 s`. */
export const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
