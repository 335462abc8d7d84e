const MIN_MS = 1_000;
const MAX_MS = 15 * 60_000;

/**
 * How long a server asks us to wait: seconds or a date (RFC 9110, 10.2.3), never less than a second and never more than
 * a quarter of an hour, because neither a busy loop nor a night's silence may hang on one header. `otherwise` for
 * nothing and for nonsense.
 */
export function retryAfterMs(header: string | null, nowMs: number, otherwise: number): number {
  const asked = header === null ? null : parse(header.trim(), nowMs);
  return Math.min(MAX_MS, Math.max(MIN_MS, Math.round(asked ?? otherwise)));
}

function parse(header: string, nowMs: number): number | null {
  if (/^\d{1,12}(?:\.\d{1,6})?$/.test(header)) return Number(header) * 1_000;
  // Only the three forms of HTTP dates begin with a day's name; Date.parse would take much more.
  const at = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : at - nowMs;
}
