import { type Before, back, goOn, type Judge, type Judging } from './comparator.ts';
import { openClock, openPair } from './window.ts';

/**
 * Argo Rollouts' AnalysisRun (argoproj/argo-rollouts @9f8d111, Apache-2.0: analysis.go, evaluate.go), the rule written
 * anew: each measurement of a metric succeeds or fails; when more than `failureLimit` failed, ever, the run has failed.
 */
type Metric = {
  readonly name: string;
  /** Of the canary and of the stable version; null is an empty result, which is an error and not a failure. */
  isFailure(canary: Readings, stable: Readings): boolean | null;
};
type Readings = { readonly errorPercent: number | null; readonly p95Ms: number | null };
type Template = {
  readonly name: string;
  readonly windowMs: number;
  readonly intervalMs: number;
  readonly failureLimit: number;
  /** More errors than this one after another, and the run is in error. */
  readonly consecutiveErrorLimit: number;
  readonly metrics: readonly Metric[];
};

const errorsOverStable: Metric = {
  name: 'errors',
  isFailure: (canary, stable) =>
    canary.errorPercent === null || stable.errorPercent === null
      ? null
      : canary.errorPercent - stable.errorPercent >= 1,
};
const latencyOverStable: Metric = {
  name: 'latency',
  isFailure: (canary, stable) =>
    canary.p95Ms === null || stable.p95Ms === null ? null : canary.p95Ms / stable.p95Ms >= 1.2,
};
const successRate: Metric = {
  name: 'errors',
  isFailure: (canary) => (canary.errorPercent === null ? null : canary.errorPercent >= 5),
};

const templates: readonly Template[] = [
  {
    name: 'Argo-style',
    // Over a minute, every half: one percentage point of errors, 20 % of p95, and the third time is too much.
    windowMs: 60_000,
    intervalMs: 30_000,
    failureLimit: 2,
    // Metrics that are empty at low traffic would end every rollout; users turn this up, and so do we.
    consecutiveErrorLimit: Number.POSITIVE_INFINITY,
    metrics: [errorsOverStable, latencyOverStable],
  },
  {
    name: 'Argo, documented example',
    windowMs: 300_000,
    intervalMs: 300_000,
    failureLimit: 3,
    consecutiveErrorLimit: 4,
    metrics: [successRate],
  },
];

export const argo: readonly Judge[] = templates.map((template) => ({
  name: template.name,
  mayPassEarly: false,
  open: (before) => opened(template, before),
}));

function opened(template: Template, { settings, history }: Before): Judging {
  const pair = openPair(template.windowMs, history.latencyLimitsMs, settings.warmUpMs);
  const isDue = openClock(template.intervalMs);
  const counts = template.metrics.map((metric) => ({ metric, failed: 0, errorsInARow: 0 }));
  return {
    look(look) {
      pair.add(look);
      if (!isDue(look)) return goOn;
      const stable = pair.stable(look);
      const read = (window: typeof stable): Readings => ({
        errorPercent: window.errorPercent(),
        p95Ms: window.latencyMs(0.95),
      });
      for (const count of counts) {
        const isFailure = count.metric.isFailure(read(pair.canary), read(stable));
        count.errorsInARow = isFailure === null ? count.errorsInARow + 1 : 0;
        if (isFailure === true) count.failed += 1;
        if (count.failed > template.failureLimit) return back(count.metric.name);
        if (count.errorsInARow > template.consecutiveErrorLimit) return back(count.metric.name);
      }
      return goOn;
    },
  };
}
