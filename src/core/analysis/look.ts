/** How often something happened, out of how many times it could have: errors of requests, orders of checkouts. */
export type Share = { readonly hits: number; readonly of: number };

/**
 * What one version did between two readings: differences, never totals. Null means "not measured", which is not zero.
 * Whoever makes one has thrown away stretches over which a counter began anew or a reading was missing.
 */
export type Stretch = {
  readonly requests: number;
  readonly errors: number;
  /** Requests by how long they took: one count for each of the limits of the calibration, and one for all slower ones. */
  readonly latency: readonly number[] | null;
  /** For sources that keep no histogram. A quantile cannot be added up, so this is the weaker way. */
  readonly latencyP95Ms: number | null;
  /** Percent of what each of its pods may use, at the end of the stretch, the mean over them. */
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  /** The same in megabytes, for people alone; left out where nobody knows. */
  readonly memoryMb?: number | null;
  /** How often one of its pods was started again within. */
  readonly restarts: number | null;
  /** Counters of the business, by the names that the settings give them. */
  readonly business: Readonly<Record<string, Share>>;
  /** How many pods, or processes, stand behind it: at least 1. */
  readonly pods: number;
};

/** One look at a rollout: the new version beside the old one, over the same stretch of time. */
export type Look = {
  /** When the stretch ended, by the source's own clock. */
  readonly atMs: number;
  readonly durationMs: number;
  readonly stage: {
    /** Counts from 0. */
    readonly index: number;
    /** Since the new version has had this share of the traffic, at the end of the stretch. */
    readonly ageMs: number;
    readonly trafficPercent: number;
    /** The whole time to watch has passed. */
    readonly isOver: boolean;
  };
  readonly canary: Stretch;
  /** Null where nothing runs beside it: at 100 %, or where a platform keeps one version. */
  readonly stable: Stretch | null;
};

/** What ran before the rollout, as far back as the source goes: what is normal here, and how much it varies. */
export type History = {
  readonly latencyLimitsMs: readonly number[];
  readonly looks: readonly {
    readonly atMs: number;
    readonly durationMs: number;
    readonly fleet: Stretch;
    /** Some of its pods, each by itself; always the same ones in the same places. None where nobody tells them apart. */
    readonly pods: readonly Stretch[];
  }[];
};
