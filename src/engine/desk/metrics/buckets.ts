import { quantile } from '../../../core/measure.ts';
import { asOne, type Sample } from '../../../store/sample.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Slack draws twenty points; a stretch that is not aligned touches one bucket more. */
const BUCKETS_MAX = 19;

const WIDTHS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
  DAY_MS,
];

/** Equal stretches that begin at round times, the last of which holds now. */
export type Buckets = { readonly widthMs: number; readonly startsMs: readonly number[] };

export function bucketsFor(rangeMs: number, nowMs: number): Buckets {
  const widthMs = WIDTHS_MS.find((width) => rangeMs / width <= BUCKETS_MAX) ?? DAY_MS;
  const first = Math.floor((nowMs - rangeMs) / widthMs);
  const last = Math.floor(nowMs / widthMs);
  return {
    widthMs,
    startsMs: Array.from({ length: last - first + 1 }, (_, index) => (first + index) * widthMs),
  };
}

/** What was measured in one bucket. Null is not known, which is not zero. */
export type Point = {
  readonly atMs: number;
  /** 0: nothing was measured in it. */
  readonly measuredMs: number;
  readonly requests: number | null;
  readonly requestsPerMinute: number | null;
  /** Also null where there were no requests: a share of nothing. */
  readonly errorPercent: number | null;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly memoryMb: number | null;
};

/** A sample belongs where its middle lies. */
export function pointsOf(samples: readonly Sample[], { widthMs, startsMs }: Buckets): Point[] {
  const inside = new Map<number, Sample[]>();
  for (const sample of samples) {
    const start = Math.floor((sample.fromMs + sample.toMs) / 2 / widthMs) * widthMs;
    inside.set(start, [...(inside.get(start) ?? []), sample]);
  }
  return startsMs.map((atMs) => pointOf(atMs, asOne(inside.get(atMs) ?? [])));
}

export function pointOf(atMs: number, sample: Sample | null): Point {
  const measuredMs = sample?.measuredMs ?? 0;
  if (sample === null || measuredMs === 0) {
    return {
      atMs,
      measuredMs: 0,
      requests: null,
      requestsPerMinute: null,
      errorPercent: null,
      latencyP50Ms: null,
      latencyP95Ms: null,
      memoryMb: null,
    };
  }
  const { requests, errors, latencyBuckets, memoryMb } = sample;
  return {
    atMs,
    measuredMs,
    requests,
    requestsPerMinute: (requests * MINUTE_MS) / measuredMs,
    errorPercent: requests === 0 ? null : (100 * errors) / requests,
    latencyP50Ms: quantile(latencyBuckets, 0.5),
    latencyP95Ms: quantile(latencyBuckets, 0.95),
    memoryMb,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:00`, `20 Nov 12:00` where it takes a day to tell them apart, `20 Nov` for whole days. UTC. */
export function labelsOf({ widthMs, startsMs }: Buckets): string[] {
  return startsMs.map((atMs) => {
    const at = new Date(atMs);
    const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
    const time = at.toISOString().slice(11, 16);
    if (widthMs >= DAY_MS) return day;
    return widthMs * startsMs.length >= DAY_MS ? `${day} ${time}` : time;
  });
}
