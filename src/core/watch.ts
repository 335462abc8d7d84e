import { z } from 'zod';
import { JudgeSettings } from './analysis/settings.ts';

/** Numbers of one source, and which of them are this service's. */
export const WatchedSource = z.object({
  /** As slipway.yml calls it; `platform` is where the service runs. */
  from: z.string(),
  /** What the source is asked for; checked by the source's own schema when the configuration is read. */
  query: z.json(),
});
export type WatchedSource = z.infer<typeof WatchedSource>;

/** How long people see what is about to be taken back before it is. A broken hard limit waits for nobody. */
export const Countdown = z.object({
  /** Beyond all doubt. */
  strongMs: z.number().nonnegative(),
  plainMs: z.number().nonnegative(),
});
export type Countdown = z.infer<typeof Countdown>;

/** Everything that decides whether a new version goes on; part of the plan, so that its hash binds it. */
export const Watch = z.object({
  sources: z.array(WatchedSource).min(1),
  judge: JudgeSettings,
  countdown: Countdown,
  /** A person who holds a version that shall go back has so long to decide; then it goes back. */
  heldMs: z.number().positive(),
});
export type Watch = z.infer<typeof Watch>;

/** As a target is configured; its stages are known when a plan is drawn. */
export type ConfiguredWatch = Omit<Watch, 'judge'> & { readonly judge: Omit<JudgeSettings, 'stages'> };

/** What is watched where criteria stand alone: the platform's own numbers, and the criteria as limits. */
export function watchFrom(
  criteria: {
    readonly errorPercentMax: number | null;
    readonly latencyP95MsMax: number | null;
    readonly memoryMbMax: number | null;
    readonly requestsMin: number;
  },
  watch: ConfiguredWatch | null,
): ConfiguredWatch {
  const { errorPercentMax, latencyP95MsMax, memoryMbMax, requestsMin } = criteria;
  const limits: JudgeSettings['limits'] = [
    ...limit('errors', errorPercentMax),
    ...limit('latency-p95', latencyP95MsMax),
    // The platform's numbers are then in percent of what the criteria allow.
    ...limit('memory', memoryMbMax === null ? null : 100),
  ];
  const query = memoryMbMax === null ? {} : { memoryMbMax };
  const base = watch ?? {
    ...usualWatch,
    judge: { ...usualWatch.judge, acceptable: acceptableFrom(criteria) },
  };
  return {
    ...base,
    sources: base.sources.map((source) => (source.from === 'platform' ? { ...source, query } : source)),
    judge: { ...base.judge, requestsMin, limits: [...limits, ...base.judge.limits] },
  };
}

/**
 * Who writes criteria alone says with `requestsMin` how much is to be ruled out: without a single error among n requests
 * about 2.5 of n can be, as errors go: three to one, where they come in pairs. Of latency they say no more than a limit.
 */
function acceptableFrom({
  errorPercentMax,
  requestsMin,
}: {
  readonly errorPercentMax: number | null;
  readonly requestsMin: number;
}): JudgeSettings['acceptable'] {
  const usual = usualWatch.judge.acceptable;
  return {
    errorPoints: Math.min(95, Math.max(usual.errorPoints, errorPercentMax ?? 0, 250 / requestsMin)),
    latencyPercent: null,
  };
}

function limit(
  measure: JudgeSettings['limits'][number]['measure'],
  max: number | null,
): JudgeSettings['limits'] {
  return max === null ? [] : [{ measure, against: 'absolute', max, mustBeShown: false }];
}

/** What a target gets that says nothing of it. */
export const usualWatch: ConfiguredWatch = {
  sources: [{ from: 'platform', query: {} }],
  judge: {
    falseAlarmPercent: 1,
    tolerated: { errorPoints: 0.05, latencyPercent: 8 },
    acceptable: { errorPoints: 1, latencyPercent: 25 },
    limits: [],
    business: [],
    lookEveryMs: 5_000,
    warmUpMs: 30_000,
    mayPassEarly: false,
    requestsMin: 20,
  },
  countdown: { strongMs: 5_000, plainMs: 10_000 },
  heldMs: 30 * 60_000,
};
