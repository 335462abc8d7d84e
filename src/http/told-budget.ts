/** What a server says is left of what we may ask of it. */
export type ToldBudget = {
  readonly remaining: number;
  /** Null where it does not say how much there was. */
  readonly limit: number | null;
  readonly resetAtMs: number;
};

/** As for `Retry-After`: no header keeps us waiting for longer, and a new one will say so again. */
const MAX_MS = 15 * 60_000;
const RESET_MS = 60_000;

/**
 * Reads `RateLimit-Remaining/-Limit/-Reset`, with and without `X-` (Render, Vercel, GitHub, Supabase), and the
 * `RateLimit: "policy";r=50;t=30` of draft-ietf-httpapi-ratelimit-headers (Cloudflare). A reset may be seconds to go or
 * a moment since 1970, in seconds or milliseconds. Null where nothing, or nothing sensible, is said.
 */
export function toldBudget(headers: Pick<Headers, 'get'>, nowMs: number): ToldBudget | null {
  // GitHub counts searches and the like apart; theirs says nothing of the rest.
  const resource = headers.get('x-ratelimit-resource');
  if (resource !== null && resource !== 'core') return null;
  const one = (name: string) =>
    number(headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`));
  const remaining = one('remaining') ?? structured(headers.get('ratelimit'), 'r');
  if (remaining === null) return null;
  const reset = one('reset') ?? structured(headers.get('ratelimit'), 't');
  return { remaining, limit: one('limit'), resetAtMs: momentOf(reset, nowMs) };
}

function number(header: string | null): number | null {
  return header !== null && /^\s*\d{1,15}(?:\.\d{1,6})?\s*$/.test(header) ? Number(header) : null;
}

function structured(header: string | null, key: 'r' | 't'): number | null {
  return number(header?.match(new RegExp(`;\\s*${key}=(\\d{1,15})(?:[;,\\s]|$)`))?.[1] ?? null);
}

function momentOf(reset: number | null, nowMs: number): number {
  if (reset === null) return nowMs + RESET_MS;
  const isMoment = reset >= 1e9;
  const atMs = isMoment ? reset * (reset >= 1e12 ? 1 : 1_000) : nowMs + reset * 1_000;
  return Math.min(nowMs + MAX_MS, Math.max(nowMs, atMs));
}
