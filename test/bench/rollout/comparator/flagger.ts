import type { History } from '../../../../src/core/analysis/look.ts';
import { quantileOf } from '../simulator/buckets.ts';
import { back, goOn, type Judge } from './comparator.ts';
import { openClock, openPair } from './window.ts';

/**
 * Flagger's canary analysis (fluxcd/flagger @15bd6ad, Apache-2.0: scheduler.go, scheduler_metrics.go), the rule written
 * anew: every interval the built-in checks of the canary alone, success rate and p99; an interval with a failed check
 * counts once, is never forgiven, and at the threshold everything goes back. No requests are a failed check there; here
 * the interval is skipped, or it would end every rollout with little traffic.
 */
const INTERVAL_MS = 60_000;
const FAILED_CHECKS_MAX = 5;
const SUCCESS_PERCENT_MIN = 99;
/** The limit of the p99 is fitted to the service: so many times what it was before. */
const P99_TIMES = 1.3;

export const flagger: Judge = {
  name: 'Flagger-style',
  mayPassEarly: false,
  open({ settings, history }) {
    const pair = openPair(INTERVAL_MS, history.latencyLimitsMs, settings.warmUpMs);
    const isDue = openClock(INTERVAL_MS);
    const usualMs = p99Of(history);
    let failedChecks = 0;
    let last = 'errors';
    return {
      look(look) {
        pair.add(look);
        if (!isDue(look)) return goOn;
        const errorPercent = pair.canary.errorPercent();
        const p99Ms = pair.canary.latencyMs(0.99);
        const isFailing = errorPercent !== null && 100 - errorPercent < SUCCESS_PERCENT_MIN;
        const isSlow = p99Ms !== null && usualMs !== null && p99Ms > P99_TIMES * usualMs;
        if (!isFailing && !isSlow) return goOn;
        failedChecks += 1;
        last = isFailing ? 'errors' : 'latency';
        return failedChecks >= FAILED_CHECKS_MAX ? back(last) : goOn;
      },
    };
  },
};

function p99Of({ looks, latencyLimitsMs }: History): number | null {
  const counts = new Array<number>(latencyLimitsMs.length + 1).fill(0);
  for (const { fleet } of looks)
    for (const [bucket, count] of (fleet.latency ?? []).entries())
      counts[bucket] = (counts[bucket] ?? 0) + count;
  return quantileOf(counts, latencyLimitsMs, 0.99);
}
