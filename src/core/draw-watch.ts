import type { JudgeSettings } from './analysis/settings.ts';
import type { Capabilities } from './capability.ts';
import type { Pace } from './catalog.ts';
import type { Criteria, Plan, PlannedTarget, Step } from './plan.ts';
import type { Move } from './strategy/strategy.ts';
import { type ConfiguredWatch, usualWatch, type Watch, watchFrom } from './watch.ts';
import { watchDeadlineMs } from './watch-time.ts';

/** What is needed to say how a new version is watched at one target. */
export type WatchGround = {
  readonly target: PlannedTarget;
  readonly capabilities: Capabilities;
  readonly pace: Pace;
  readonly criteria: Criteria | null;
  readonly watch?: ConfiguredWatch | null;
};

const noCriteria: Criteria = {
  errorPercentMax: null,
  latencyP95MsMax: null,
  memoryMbMax: null,
  requestsMin: usualWatch.judge.requestsMin,
};

/** By what a new version can be watched there; null where by nothing. */
export function watchAt({ criteria, watch = null, capabilities }: WatchGround): ConfiguredWatch | null {
  if (criteria === null && watch === null) return null;
  const requestsMin = watch?.judge.requestsMin ?? noCriteria.requestsMin;
  const whole = watchFrom(criteria ?? { ...noCriteria, requestsMin }, watch);
  const sources = whole.sources.filter(({ from }) => from !== 'platform' || capabilities.metrics.can);
  return sources.length === 0 ? null : { ...whole, sources };
}

/** One step to watch; `moves` are all of the strategy's, for the stages that the judge has to reckon with. */
export function drawWatch(ground: WatchGround, watch: ConfiguredWatch, moves: readonly Move[]) {
  const { pace, criteria } = ground;
  return {
    kind: 'observe' as const,
    criteria: criteria ?? noCriteria,
    watch: watchWith(watch, pace.observeMs, stagesOf(moves, pace)),
    durationMs: pace.observeMs,
    deadlineMs: watchDeadlineMs(pace.observeMs),
  };
}

/** How the judge is to look at stages of this length. */
function watchWith(watch: ConfiguredWatch, observeMs: number, stages: JudgeSettings['stages']): Watch {
  return { ...watch, judge: { ...fitting(watch.judge, observeMs), stages } };
}

/** For plans that were drawn by versions that knew nothing but criteria: what they would be drawn with now. */
export function watchOfOld(plan: Plan, { criteria, target }: Extract<Step, { kind: 'observe' }>): Watch {
  let trafficPercent = 100;
  let observeMs = 0;
  const stages = plan.steps.flatMap((step) => {
    if (step.target !== target) return [];
    if (step.kind === 'route') trafficPercent = step.trafficPercent;
    if (step.kind !== 'observe') return [];
    observeMs = Math.max(observeMs, step.durationMs);
    return [{ trafficPercent, durationMs: step.durationMs }];
  });
  return watchWith(watchFrom(criteria, null), observeMs, stages);
}

const LOOKS_MIN = 8;

/** Who watches for a few seconds alone has to look more often, and cannot wait for half a minute of warming up. */
function fitting(judge: ConfiguredWatch['judge'], observeMs: number): ConfiguredWatch['judge'] {
  return {
    ...judge,
    lookEveryMs: Math.min(judge.lookEveryMs, Math.max(1_000, observeMs / LOOKS_MIN)),
    warmUpMs: Math.min(judge.warmUpMs, observeMs / 4),
  };
}

function stagesOf(moves: readonly Move[], { observeMs }: Pace): JudgeSettings['stages'] {
  let trafficPercent = 100;
  return moves.flatMap((move) => {
    if (move.kind === 'route') trafficPercent = move.trafficPercent;
    return move.kind === 'observe' ? [{ trafficPercent, durationMs: observeMs }] : [];
  });
}

/** What of a plan is watched weakly or not at all, in sentences without a full stop. */
export function unwatched(
  ground: WatchGround,
  { purpose, approval }: Pick<Plan, 'purpose' | 'approval'>,
  isShared: boolean,
): string[] {
  const { target, capabilities } = ground;
  const { id, version } = target;
  if (purpose === 'roll-back') return [`${version.name} is not watched at ${id}: it goes back at once`];
  if (ground.criteria === null && (ground.watch ?? null) === null) {
    return [`nothing is watched at ${id}: neither criteria nor a watch are configured`];
  }
  const watch = watchAt(ground);
  const platform = capabilities.metrics.can ? [] : [capabilities.metrics.say];
  if (watch === null) return platform.map((say) => `nothing is watched at ${id}: ${say}`);
  return [
    ...(ground.watch?.sources.some(({ from }) => from === 'platform') === true
      ? platform.map((say) => `the numbers of the platform at ${id}: ${say}`)
      : []),
    ...(approval === undefined ? [] : secondSignal(id, watch)),
    ...(isShared || target.before === null
      ? []
      : [`${id} is compared with what ran before it, not beside it: the weaker way`]),
  ];
}

/** Where a place is worth an approval, one source that is wrong should not be able to let everything through. */
function secondSignal(id: string, { sources }: ConfiguredWatch): string[] {
  const [only, ...others] = sources;
  if (only === undefined || others.length > 0) return [];
  return [
    `${only.from} alone says how ${id} fares: a second source that does not depend on it would be safer`,
  ];
}
