/** A token bucket's size, and how fast it fills again. */
export type Rate = { readonly capacity: number; readonly perSecond: number };

export type Buckets = {
  /**
   * Takes one token from each of these buckets, or none from any.
   * @returns 0 when taken, else the whole seconds after which it is worth trying again.
   */
  readonly take: (wanted: readonly { readonly key: string; readonly rate: Rate }[]) => number;
  readonly reset: () => void;
};

type Bucket = { tokens: number; at: number };

export function openBuckets(nowMs: () => number): Buckets {
  const buckets = new Map<string, Bucket>();
  const filled = (key: string, rate: Rate): Bucket => {
    const now = nowMs();
    const bucket = buckets.get(key) ?? { tokens: rate.capacity, at: now };
    const gained = (Math.max(0, now - bucket.at) / 1_000) * rate.perSecond;
    const fuller = { tokens: Math.min(rate.capacity, bucket.tokens + gained), at: now };
    buckets.set(key, fuller);
    return fuller;
  };
  return {
    take: (wanted) => {
      const chosen = wanted.map(({ key, rate }) => ({ bucket: filled(key, rate), rate }));
      const waits = chosen.map(({ bucket, rate }) => (1 - bucket.tokens) / rate.perSecond);
      const longest = Math.max(0, ...waits);
      if (longest > 1e-9) return Math.max(1, Math.ceil(longest));
      for (const { bucket } of chosen) bucket.tokens -= 1;
      return 0;
    },
    reset: () => buckets.clear(),
  };
}

/** So many a minute, all of which may come at once. */
export function perMinute(many: number): Rate {
  return { capacity: many, perSecond: many / 60 };
}
