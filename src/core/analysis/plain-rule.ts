import type { LatencyNormal } from './calibration.ts';
import { lnGamma } from './gamma.ts';
import { p95Of } from './p95.ts';
import type { Limit } from './settings.ts';

/** What a service gets, for saying how often a plain threshold would alarm for nothing there. */
export type Traffic = {
  /** Of the new version alone. */
  readonly requestsPerSecond: number;
  /** Its share of all traffic, in percent. */
  readonly trafficPercent: number;
  /** Errors that are normal there, in percent. */
  readonly errorPercent: number;
  /** What latency is normally like; null where nobody knows. */
  readonly latency: LatencyNormal | null;
  readonly lookEveryMs: number;
  readonly durationMs: number;
};

/**
 * Of a hundred healthy versions, how many a plain rule ("back as soon as one reading is above the limit") would take back:
 * exact binomial tails of each reading, over as many readings as there are. Only counting is in it; whatever else varies
 * comes on top, so it is the least that has to be expected. Null: not known for this measure.
 */
export function falseAlarmsOf(
  limits: readonly Limit[],
  traffic: Traffic,
): { readonly limit: Limit; readonly percent: number | null }[] {
  const looks = Math.max(1, Math.floor(traffic.durationMs / traffic.lookEveryMs));
  return limits.map((limit) => {
    const once = alarmAtOneLook(limit, traffic);
    return {
      limit,
      percent: once === null ? null : 100 * -Math.expm1(looks * Math.log1p(-Math.min(once, 1 - 1e-12))),
    };
  });
}

function alarmAtOneLook(limit: Limit, traffic: Traffic): number | null {
  const requests = Math.round((traffic.requestsPerSecond * traffic.lookEveryMs) / 1000);
  if (requests === 0) return 0;
  if (limit.measure === 'errors') return errorsAlarm(limit, traffic, requests);
  if (limit.measure === 'latency-p95' && traffic.latency !== null) {
    return latencyAlarm(limit, traffic.latency, requests);
  }
  return null;
}

function errorsAlarm(
  { against, max }: Limit,
  { errorPercent, trafficPercent }: Traffic,
  requests: number,
): number {
  const share = errorPercent / 100;
  if (against === 'absolute') return chanceOfMoreThan((max / 100) * requests, requests, share);
  const part = Math.min(99, Math.max(0.1, trafficPercent)) / 100;
  const beside = Math.max(1, Math.round((requests * (1 - part)) / part));
  // Over all that the old version may show at the same reading.
  let chance = 0;
  const most = Math.ceil(beside * share + 10 * Math.sqrt(beside * share) + 10);
  for (let hits = 0; hits <= Math.min(most, beside); hits += 1) {
    const allowed = (hits / beside + max / 100) * requests;
    chance += chanceOf(hits, beside, share) * chanceOfMoreThan(allowed, requests, share);
  }
  return chance;
}

/** A reading's p95 is above a limit when more than 5 % of its requests are; how many normally are, the histogram tells. */
function latencyAlarm({ against, max }: Limit, latency: LatencyNormal, requests: number): number | null {
  const usual = p95Of(latency.shares, latency.groupLimitsMs);
  if (usual === null) return null;
  const limitMs = against === 'absolute' ? max : usual * (1 + max / 100);
  return chanceOfMoreThan(0.05 * requests, requests, shareSlowerThan(limitMs, latency));
}

function shareSlowerThan(ms: number, { shares, groupLimitsMs }: LatencyNormal): number {
  let slower = 0;
  for (const [k, share] of shares.entries()) {
    const lower = groupLimitsMs[k - 1] ?? 0;
    const upper = groupLimitsMs[k];
    if (ms <= lower) slower += share;
    else if (upper !== undefined && ms < upper) slower += (share * (upper - ms)) / (upper - lower);
  }
  return slower;
}

/** Chance of more than `limit` hits. */
function chanceOfMoreThan(limit: number, requests: number, share: number): number {
  if (share <= 0) return limit < 0 ? 1 : 0;
  const first = Math.floor(limit + 1e-9) + 1;
  if (first <= 0) return 1;
  let chance = 0;
  for (let hits = first; hits <= requests; hits += 1) {
    const term = chanceOf(hits, requests, share);
    chance += term;
    if (hits > requests * share && term < 1e-12 * chance) break;
  }
  return Math.min(1, chance);
}

function chanceOf(hits: number, requests: number, share: number): number {
  if (share <= 0) return hits === 0 ? 1 : 0;
  if (share >= 1) return hits === requests ? 1 : 0;
  const ways = lnGamma(requests + 1) - lnGamma(hits + 1) - lnGamma(requests - hits + 1);
  return Math.exp(ways + hits * Math.log(share) + (requests - hits) * Math.log1p(-share));
}
