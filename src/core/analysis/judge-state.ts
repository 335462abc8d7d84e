import { z } from 'zod';
import type { Calibration } from './calibration.ts';
import { GaugeState, gaugeAtFirst } from './gauge-evidence.ts';
import { LatencyState, latencyAtFirst } from './latency-evidence.ts';
import { LimitState, limitAtFirst } from './limit-evidence.ts';
import { RestartState, restartsAtFirst } from './restart-evidence.ts';
import { rulesOf } from './rules.ts';
import type { JudgeSettings } from './settings.ts';
import { ShareState, shareAtFirst } from './share-evidence.ts';

const Counted = z.object({ requests: z.number(), errors: z.number() });

const StageState = z.object({
  index: z.number().int(),
  ageMs: z.number(),
  trafficPercent: z.number(),
  isOver: z.boolean(),
  hasControl: z.boolean(),
  podFactor: z.number(),
  /** How much of its time has been seen, in how many looks that could be believed. */
  coveredMs: z.number(),
  looks: z.number().int(),
  canary: Counted,
  stable: Counted,
  /** The one look at its end: how many standard deviations beyond what is normal, and of which measure; null before it. */
  end: z.object({ measure: z.enum(['errors', 'latency']), score: z.number() }).nullable(),
});

/** A run of looks in which something was wrong without a break. */
const Run = z.object({ ms: z.number(), looks: z.number().int(), requests: z.number(), of: z.number() });

/**
 * Everything that a judge remembers, as plain JSON: one for a whole rollout, handed on from stage to stage. It stays as
 * small as it is, whatever the length of the rollout.
 */
export const JudgeState = z.object({
  /** Of looks that could be believed, by the source's clock; null before the first. */
  firstAtMs: z.number().nullable(),
  lastAtMs: z.number().nullable(),
  /** Belief that is placed on beginnings so far, at most 1. */
  used: z.number(),
  stage: StageState,
  /** Why the last look was not believed; null: it was. */
  trouble: z.string().nullable(),
  /** What was measured before and is not measured now. */
  missing: z.array(z.string()),
  seen: z.array(z.string()),
  errors: ShareState,
  latency: LatencyState.nullable(),
  latencyP95: GaugeState,
  cpu: GaugeState,
  memory: GaugeState,
  restarts: RestartState,
  business: z.record(z.string(), ShareState),
  /** In the order of the settings. */
  limits: z.array(LimitState),
  /** The new version answers nearly only errors; it gets far less than its share of requests. */
  broken: Run,
  starved: Run,
  /** How sure it is that the old version is ill itself, on the scale of the natural logarithm. */
  incident: z.object({ errors: z.number(), latency: z.number() }),
  /** All evidence together, as an e-value. */
  total: z.number(),
  /** Paused, and since when it has been calm again. */
  isPaused: z.boolean(),
  calmMs: z.number(),
  /** Errors of the new version beyond what the old one would have had. */
  excess: z.number().nullable(),
});
export type JudgeState = z.infer<typeof JudgeState>;

/** What each measure has to say. */
export type Measured = Pick<
  JudgeState,
  'errors' | 'latency' | 'latencyP95' | 'cpu' | 'memory' | 'restarts' | 'business' | 'limits'
>;

const noRun = { ms: 0, looks: 0, requests: 0, of: 0 };

/** What a judge knows before the first look. */
export function judgeAtFirst(settings: JudgeSettings, calibration: Calibration): JudgeState {
  const rules = rulesOf(settings, calibration);
  return {
    firstAtMs: null,
    lastAtMs: null,
    used: 0,
    stage: { ...newStage, index: -1 },
    trouble: null,
    missing: [],
    seen: calibration.measured,
    errors: shareAtFirst(rules.errors),
    latency: rules.latency === null ? null : latencyAtFirst(rules.latency),
    latencyP95: gaugeAtFirst(rules.latencyP95),
    cpu: gaugeAtFirst(rules.cpu),
    memory: gaugeAtFirst(rules.memory),
    restarts: restartsAtFirst(),
    business: Object.fromEntries(rules.business.map(({ name, rule }) => [name, shareAtFirst(rule)])),
    limits: rules.limits.map(limitAtFirst),
    broken: noRun,
    starved: noRun,
    incident: { errors: 0, latency: 0 },
    total: 1,
    isPaused: false,
    calmMs: 0,
    excess: null,
  };
}

export const newStage: Omit<JudgeState['stage'], 'index'> = {
  ageMs: 0,
  trafficPercent: 0,
  isOver: false,
  hasControl: false,
  podFactor: 2,
  coveredMs: 0,
  looks: 0,
  canary: { requests: 0, errors: 0 },
  stable: { requests: 0, errors: 0 },
  end: null,
};

/**
 * The same state in fewer digits, for a journal: six of them decide nothing differently, and it takes less than 3 KB.
 */
export function shortened(state: JudgeState): JudgeState {
  return JSON.parse(
    JSON.stringify(state, (_, value) => (isLong(value) ? Number(value.toPrecision(6)) : value)),
  );
}

/** Moments and counts are whole, and are kept as they are. */
function isLong(value: unknown): value is number {
  return typeof value === 'number' && !Number.isSafeInteger(value);
}
