import type { Share } from '../core/analysis/look.ts';
import { type Totals, unsoundness } from './totals.ts';

/** What one pod did between two readings. */
export type PodStretch = {
  readonly requests: number;
  readonly errors: number;
  /** Not cumulative: one count for each limit and one for all slower ones. */
  readonly latency: readonly number[] | null;
  readonly business: Readonly<Record<string, Share>>;
  readonly pods: number;
};

/** `gap` says why in words that follow the name of the pod. */
export type PodAnswer =
  | { readonly kind: 'stretch'; readonly stretch: PodStretch; readonly partial: string | null }
  | { readonly kind: 'gap'; readonly because: string }
  /** Its first totals: what it does is counted from here on. */
  | { readonly kind: 'baseline' };

const NOTHING = { requests: 0, errors: 0 };

/**
 * The difference of one pod's totals. Totals only ever grow: where one went down, the pod began anew, and what it did in
 * between is not known, however much it has counted since: where nobody says when it began, that it was started again says
 * so too. That is found before anything is added up, because a sum hides it. `sinceMs` is when the stretch began: a pod that began after that counts from zero.
 */
export function podStretch(from: Totals | null, to: Totals, sinceMs: number): PodAnswer {
  const unsound = unsoundness(to);
  if (unsound !== null) return { kind: 'gap', because: unsound };
  const isFresh = from === null && to.beganAtMs !== null && to.beganAtMs >= sinceMs;
  const before = isFresh ? zeroLike(to) : from;
  if (before === null) return { kind: 'baseline' };
  const broken = brokenBetween(before, to);
  return broken === null ? differenceOf(before, to) : { kind: 'gap', because: broken };
}

function zeroLike(to: Totals): Totals {
  const business = Object.fromEntries(Object.keys(to.business).map((name) => [name, { hits: 0, of: 0 }]));
  return { ...to, ...NOTHING, latency: to.latency?.map(() => 0) ?? null, business };
}

function brokenBetween(from: Totals, to: Totals): string | null {
  if (from.members !== to.members) return 'is a sum of pods of which some came or went';
  const hasBegun =
    from.beganAtMs === null || to.beganAtMs === null
      ? (restartsBetween(from, to) ?? 0) > 0
      : to.beganAtMs > from.beganAtMs + 1_000;
  const hasShrunk = to.requests < from.requests || to.errors < from.errors;
  if (hasBegun || hasShrunk || hasLatencyShrunk(from, to)) return 'began to count anew';
  if (to.errors - from.errors > to.requests - from.requests) return 'counted more errors than requests';
  return null;
}

function hasLatencyShrunk(from: Totals, to: Totals): boolean {
  if (from.latency === null || to.latency === null || from.latency.length !== to.latency.length) return false;
  return to.latency.some((count, index) => count < (from.latency?.[index] ?? 0));
}

function differenceOf(from: Totals, to: Totals): PodAnswer {
  const latency = latencyBetween(from, to);
  const isLatencyLost = latency === null && from.latency !== null && to.latency !== null;
  const stretch = {
    requests: to.requests - from.requests,
    errors: to.errors - from.errors,
    latency,
    business: businessBetween(from, to),
    pods: to.pods,
  };
  const partial = isLatencyLost ? 'answers buckets of latency that do not add up' : null;
  return { kind: 'stretch', stretch, partial };
}

/** Each bucket by itself; null where nothing is known, or where slower ones hold less than faster ones. */
function latencyBetween(from: Totals, to: Totals): number[] | null {
  const { latency: earlier } = from;
  const { latency: later } = to;
  if (earlier === null || later === null || earlier.length !== later.length) return null;
  const grown = later.map((count, index) => count - (earlier[index] ?? 0));
  const each = grown.map((count, index) => count - (grown[index - 1] ?? 0));
  return each.some((count) => count < 0) ? null : each;
}

/** What shrank, or has more hits than there were, is left out: it is missing, not zero. */
function businessBetween(from: Totals, to: Totals): Record<string, Share> {
  const shares = Object.entries(to.business).flatMap(([name, later]) => {
    const earlier = Object.hasOwn(from.business, name) ? from.business[name] : undefined;
    if (earlier === undefined) return [];
    const share = { hits: later.hits - earlier.hits, of: later.of - earlier.of };
    const isSound = share.hits >= 0 && share.of >= share.hits && Number.isFinite(share.of);
    return isSound ? [[name, share] as const] : [];
  });
  return Object.fromEntries(shares);
}

/** How often a pod was started again in between, whatever became of its other counters; null: not known. */
export function restartsBetween(from: Totals | null, to: Totals): number | null {
  if (from?.restarts == null || to.restarts === null) return null;
  const count = to.restarts - from.restarts;
  return Number.isFinite(count) && count >= 0 ? count : null;
}
