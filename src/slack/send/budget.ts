/** So many a minute, of which `burst` may come at once. */
export type Rate = { readonly perMinute: number; readonly burst: number };
export type Bucket = { readonly tokens: number; readonly atMs: number };

export function refilled(bucket: Bucket | undefined, { perMinute, burst }: Rate, nowMs: number): Bucket {
  if (bucket === undefined) return { tokens: burst, atMs: nowMs };
  const gained = ((nowMs - bucket.atMs) * perMinute) / 60_000;
  return { tokens: Math.min(burst, bucket.tokens + Math.max(0, gained)), atMs: nowMs };
}

/** Milliseconds until there are `needed` tokens; 0 when there are. */
export function waitFor(bucket: Bucket, needed: number, { perMinute }: Rate): number {
  return bucket.tokens >= needed ? 0 : Math.ceil(((needed - bucket.tokens) * 60_000) / perMinute);
}
