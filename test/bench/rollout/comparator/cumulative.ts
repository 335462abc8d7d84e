import type { History, Look, Stretch } from '../../../../src/core/analysis/look.ts';
import { type Before, back, goOn, type Judge, type Judging } from './comparator.ts';
import { openClock, openWindow } from './window.ts';

/**
 * Sequential tests on differences added up look by look, of errors and of requests slower than what the 95th percentile
 * was: a normal mixture (mSPRT, Johari and others, "Peeking at A/B tests", KDD 2017; what guarded rollouts of flag
 * services do), and a group sequential test with a constant limit (Pocock 1977; Spotify's, Schultzberg and Ankargren).
 */
type Kind = { readonly name: string; readonly everyMs: number | null; isBad(sum: Sum): boolean };
type Sum = { difference: number; variance: number };

/** How large an effect the mixture expects: its variance, in units of the information. */
const MIXED_VARIANCE = 10;
/** Each of two measures gets half, of which the two sides get half each. */
const LOG_LIMIT = Math.log(400);
/** Pocock's limit for about sixty looks at 0.5 %. */
const POCOCK_LIMIT = 3.75;
const VARIANCE_MIN = 3;

const kinds: readonly Kind[] = [
  {
    name: 'mSPRT',
    everyMs: null,
    isBad: ({ difference, variance }) => {
      const mixed = variance + MIXED_VARIANCE;
      return 0.5 * Math.log(MIXED_VARIANCE / mixed) + difference ** 2 / (2 * mixed) >= LOG_LIMIT;
    },
  },
  {
    name: 'group sequential',
    everyMs: 30_000,
    isBad: ({ difference, variance }) => difference / Math.sqrt(variance) >= POCOCK_LIMIT,
  },
];

export const cumulative: readonly Judge[] = kinds.map((kind) => ({
  name: kind.name,
  mayPassEarly: false,
  open: (before) => opened(kind, before),
}));

function opened(kind: Kind, { settings, history }: Before): Judging {
  const slow = slowBuckets(history);
  const errors: Sum = { difference: 0, variance: 0 };
  const latency: Sum = { difference: 0, variance: 0 };
  const before = openWindow(300_000, history.latencyLimitsMs);
  const isDue = kind.everyMs === null ? () => true : openClock(kind.everyMs);
  let lastStable: Stretch | null = null;
  const isBad = (sum: Sum) => sum.difference > 0 && sum.variance >= VARIANCE_MIN && kind.isBad(sum);
  return {
    look(look: Look) {
      if (look.stable !== null) {
        before.add(look.atMs, look.stable, true);
        lastStable = look.stable;
      }
      const beside = look.stable ?? lastStable;
      if (beside === null) return goOn;
      const isAlone = look.stable === null;
      const stable = isAlone ? { requests: before.requests, errors: before.errors } : beside;
      add(errors, look.canary.errors, look.canary.requests, stable.errors, stable.requests);
      if (look.stage.ageMs > settings.warmUpMs) {
        const stableSlow = isAlone ? before.slowFrom(slow) : slowOf(beside, slow);
        add(latency, slowOf(look.canary, slow), look.canary.requests, stableSlow, stable.requests);
      }
      if (!isDue(look)) return goOn;
      if (isBad(errors)) return back('errors');
      return isBad(latency) ? back('latency') : goOn;
    },
  };
}

/** What a look adds: how many more the canary had than its share of all, and the variance of that (hypergeometric). */
function add(
  sum: Sum,
  ofCanary: number,
  canaryRequests: number,
  ofStable: number,
  stableRequests: number,
): void {
  const requests = canaryRequests + stableRequests;
  if (requests < 2 || canaryRequests === 0 || stableRequests === 0) return;
  const share = canaryRequests / requests;
  const all = ofCanary + ofStable;
  sum.difference += ofCanary - share * all;
  sum.variance += (all * share * (1 - share) * (requests - all)) / (requests - 1);
}

/** The first bucket above the limit that lies nearest to what the 95th percentile was before. */
function slowBuckets({ looks, latencyLimitsMs }: History): number {
  const counts = latencyLimitsMs.map(() => 0);
  let total = 0;
  for (const { fleet } of looks) {
    total += fleet.requests;
    for (const bucket of counts.keys())
      counts[bucket] = (counts[bucket] ?? 0) + (fleet.latency?.[bucket] ?? 0);
  }
  let below = 0;
  let best = { bucket: latencyLimitsMs.length, distance: Number.POSITIVE_INFINITY };
  for (const [bucket, count] of counts.entries()) {
    below += count;
    const distance = Math.abs(below / total - 0.95);
    if (distance < best.distance) best = { bucket: bucket + 1, distance };
  }
  return best.bucket;
}

function slowOf({ latency }: Stretch, from: number): number {
  return (latency ?? []).slice(from).reduce((sum, count) => sum + count, 0);
}
