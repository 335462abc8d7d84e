import type { Share, Stretch } from '../core/analysis/look.ts';

/** What a source says of one version in one window. Null is what it says nothing of. */
export type Point = {
  readonly startMs: number;
  readonly requests: number | null;
  readonly errors: number | null;
  /** One count for each limit, and one for all slower ones. */
  readonly latency?: readonly (number | null)[] | null;
  readonly latencyP95Ms?: number | null;
  readonly business?: Readonly<Record<string, { readonly hits: number | null; readonly of: number | null }>>;
};

export type Believed = {
  /** Null where nothing of it can be used. */
  readonly stretch: Stretch | null;
  /** What is missing or cannot be, in words that follow the name of the version: `has no count of requests`. */
  readonly wrong: readonly string[];
};

/** Counts are whole; what a source makes of them by adding up estimates is so near. */
const NEAR = 0.01;
/** Nobody waits longer than a day for an answer. */
const LATENCY_MAX_MS = 24 * 60 * 60_000;

/** What can be believed of a point. Counts that cannot be spoil it; the rest is left out where it cannot be. */
export function believe(point: Point): Believed {
  const { requests, errors } = point;
  const unusable = unusableCounts(requests, errors);
  if (unusable !== null || requests === null || errors === null)
    return { stretch: null, wrong: [unusable ?? ''] };
  const latency = latencyOf(point, requests);
  const p95 = p95Of(point, requests);
  const business = businessOf(point);
  const stretch: Stretch = {
    requests: Math.round(requests),
    errors: Math.max(0, Math.min(Math.round(requests), Math.ceil(errors - NEAR))),
    latency: latency.value,
    latencyP95Ms: p95.value,
    cpuPercent: null,
    memoryPercent: null,
    restarts: null,
    business: business.value,
    pods: 1,
  };
  return { stretch, wrong: [...latency.wrong, ...p95.wrong, ...business.wrong] };
}

function unusableCounts(requests: number | null, errors: number | null): string | null {
  if (requests === null) return 'has no count of requests';
  if (!isCount(requests)) return 'has a count of requests that is none';
  if (errors === null) return 'has no count of errors, which is not none';
  if (!isCount(errors)) return 'has a count of errors that is none';
  if (errors > requests + NEAR) return 'has more errors than requests';
  return null;
}

function isCount(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

type Part<T> = { readonly value: T; readonly wrong: readonly string[] };

function latencyOf({ latency }: Point, requests: number): Part<readonly number[] | null> {
  if (latency === undefined) return { value: null, wrong: [] };
  const counts = latency?.filter((count) => count !== null && isCount(count + NEAR));
  if (latency === null || counts === undefined || counts.length !== latency.length) {
    return { value: null, wrong: requests === 0 ? [] : ['has no usable count of how long requests took'] };
  }
  return { value: counts.map((count) => Math.max(0, Math.round(count ?? 0))), wrong: [] };
}

function p95Of({ latencyP95Ms: p95 }: Point, requests: number): Part<number | null> {
  if (p95 === undefined || (p95 === null && requests === 0)) return { value: null, wrong: [] };
  const isUsable = p95 !== null && p95 >= 0 && p95 <= LATENCY_MAX_MS;
  return isUsable ? { value: p95, wrong: [] } : { value: null, wrong: ['has no usable latency'] };
}

function businessOf({ business = {} }: Point): Part<Readonly<Record<string, Share>>> {
  const all = Object.entries(business);
  const usable = all.flatMap(([name, { hits, of }]): [string, Share][] => {
    if (hits === null || of === null || !isCount(hits) || !isCount(of) || hits > of + NEAR) return [];
    return [[name, { hits: Math.round(hits), of: Math.round(of) }]];
  });
  const names = new Set(usable.map(([name]) => name));
  const wrong = all.filter(([name]) => !names.has(name)).map(([name]) => `has no usable count of ${name}`);
  return { value: Object.fromEntries(usable), wrong };
}
