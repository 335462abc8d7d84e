import type { Before, Judge, Judging } from './comparator.ts';
import { back, goOn } from './comparator.ts';
import { openClock, openPair } from './window.ts';

/**
 * The plain rules that runbooks and tickets are full of ("error rate 2 points above stable", "p95 more than 20 % above
 * it", "error rate above 0.5 %, p95 above 500 ms"): one measurement beyond the limit is enough.
 */
type Rule = {
  readonly name: string;
  readonly windowMs: number;
  readonly everyMs: number;
  readonly errors: { readonly against: 'points' | 'times' | 'absolute'; readonly max: number };
  readonly latency: { readonly against: 'times' | 'absolute'; readonly max: number };
  readonly cpuMax: number | null;
};

const rules: readonly Rule[] = [
  {
    name: 'limits +5 pp, +20 %',
    windowMs: 30_000,
    everyMs: 10_000,
    errors: { against: 'points', max: 5 },
    latency: { against: 'times', max: 1.2 },
    cpuMax: null,
  },
  {
    name: 'limits +2 pp, +20 %',
    windowMs: 60_000,
    everyMs: 15_000,
    errors: { against: 'points', max: 2 },
    latency: { against: 'times', max: 1.2 },
    cpuMax: null,
  },
  {
    name: 'limits 0.5 %, 500 ms',
    windowMs: 60_000,
    everyMs: 15_000,
    errors: { against: 'absolute', max: 0.5 },
    latency: { against: 'absolute', max: 500 },
    cpuMax: 70,
  },
  {
    name: 'limits +5 %, +20 %',
    windowMs: 60_000,
    everyMs: 15_000,
    errors: { against: 'times', max: 1.05 },
    latency: { against: 'times', max: 1.2 },
    cpuMax: null,
  },
];

export const thresholds: readonly Judge[] = rules.map((rule) => ({
  name: rule.name,
  mayPassEarly: false,
  open: (before) => opened(rule, before),
}));

function opened(rule: Rule, { settings, history }: Before): Judging {
  const pair = openPair(rule.windowMs, history.latencyLimitsMs, settings.warmUpMs);
  const isDue = openClock(rule.everyMs);
  return {
    look(look) {
      pair.add(look);
      if (!isDue(look)) return goOn;
      const stable = pair.stable(look);
      const errors = compared(rule.errors.against, pair.canary.errorPercent(), stable.errorPercent());
      if (errors >= rule.errors.max) return back('errors');
      const latency = compared(rule.latency.against, pair.canary.latencyMs(0.95), stable.latencyMs(0.95));
      if (latency >= rule.latency.max) return back('latency');
      const isWarm = look.stage.ageMs > settings.warmUpMs;
      const isBusy = rule.cpuMax !== null && isWarm && (look.canary.cpuPercent ?? 0) >= rule.cpuMax;
      return isBusy ? back('cpu') : goOn;
    },
  };
}

/** What is not known breaks no limit: the rules do not speak of it. */
function compared(
  against: 'points' | 'times' | 'absolute',
  canary: number | null,
  stable: number | null,
): number {
  if (canary === null) return Number.NEGATIVE_INFINITY;
  if (against === 'absolute') return canary;
  if (stable === null) return Number.NEGATIVE_INFINITY;
  if (against === 'points') return canary - stable;
  if (stable === 0) return canary > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return canary / stable;
}
