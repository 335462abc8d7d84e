import type { Capabilities } from './capability.ts';
import type { ConfiguredGate, Pace } from './catalog.ts';
import { type Migrating, migrationSteps } from './draw-migrations.ts';
import { drawWatch, unwatched, watchAt } from './draw-watch.ts';
import { type FlagGround, flagId } from './flag-climb.ts';
import { type Criteria, Plan, type PlannedTarget, type Step } from './plan.ts';
import { type Refusal, refuse } from './refusal.ts';
import { reachable } from './strategy/reachable.ts';
import type { Move, Strategy } from './strategy/strategy.ts';
import { sentence } from './text.ts';
import { type ConfiguredWatch, usualWatch } from './watch.ts';

/** One target with all that has to be known of it before a plan can be drawn. */
export type Ground = {
  readonly target: PlannedTarget;
  /** How the new version takes over there. */
  readonly strategy: Strategy;
  readonly capabilities: Capabilities;
  readonly pace: Pace;
  readonly criteria: Criteria | null;
  readonly watch?: ConfiguredWatch | null;
  /** Feature flags that are turned up once the new version has all the traffic. Left out: none. */
  readonly flags?: readonly FlagGround[];
  readonly gatesBefore: readonly ConfiguredGate[];
  readonly gatesAfter: readonly ConfiguredGate[];
  /** What is done to its database before the new version comes up; left out where nothing is. */
  readonly migrating?: Migrating;
  /** Targets of the same plan that have to be finished first. */
  readonly needs: readonly string[];
};

export type Terms = Pick<
  Plan,
  | 'purpose'
  | 'environment'
  | 'product'
  | 'onFailure'
  | 'requestedBy'
  | 'why'
  | 'configuration'
  | 'approval'
  | 'breakGlass'
  | 'waived'
>;

/**
 * Draws the graph: at each target its gates, then the strategy, its last gates before the old version goes; a target
 * begins when those that it needs are finished. Targets stand in an order in which each comes after its needs.
 */
export function drawPlan(terms: Terms, grounds: readonly Ground[]): Plan | Refusal {
  for (const { target, capabilities, strategy } of grounds) {
    const lack = strategy.lacks(capabilities);
    if (lack !== null) {
      return refuse('not-supported', [
        sentence(`${target.service} in ${target.environment} cannot be deployed ${strategy.id}: ${lack}`),
      ]);
    }
  }
  const lasts = new Map<string, readonly string[]>();
  const climbs = new Map<string, string>();
  const steps = grounds.flatMap((ground) => {
    const drawn = drawTarget(
      ground,
      ground.needs.flatMap((need) => lasts.get(need) ?? []),
      climbs,
    );
    lasts.set(ground.target.id, drawn.last);
    return drawn.steps;
  });
  return Plan.parse({
    ...terms,
    strategy: [...new Set(grounds.map(({ strategy }) => strategy.id))].join(' and '),
    targets: grounds.map((ground) => withStops(ground)),
    steps,
    notMeasured: grounds.flatMap((ground) => unwatched(ground, terms, isShared(ground))),
  });
}

/** Says where the place cannot stop where it was asked to. */
function withStops({ target, pace, capabilities, strategy }: Ground): PlannedTarget {
  const say =
    isShared({ pace, capabilities, strategy }) && pace.trafficPercents !== null
      ? reachable(capabilities.traffic, pace.trafficPercents).say
      : null;
  return say === null ? target : { ...target, caveats: [...target.caveats, say] };
}

/** Whether both versions serve side by side for a while. */
function isShared({
  pace,
  capabilities,
  strategy,
}: Pick<Ground, 'pace' | 'capabilities' | 'strategy'>): boolean {
  return strategy
    .takeOver(pace, capabilities)
    .some((move) => move.kind === 'route' && move.trafficPercent < 100);
}

/** @param climbs the last step with each flag so far, whoever turns it: the next one begins after it */
function drawTarget(
  ground: Ground,
  first: readonly string[],
  climbs: Map<string, string>,
): { steps: Step[]; last: string[] } {
  const { target, gatesBefore, gatesAfter } = ground;
  const checks = named(gatesBefore).map((gate) => check(gate, target.id, first));
  const steps: Step[] = [...checks];
  let last = checks.length === 0 ? [...first] : checks.map(({ id }) => id);
  const put = (step: Step) => {
    steps.push(step);
    last = [step.id];
  };
  for (const step of migrationSteps(ground)) put({ ...step, needs: [...last] });
  const moves = movesAt(ground);
  const taking = moves.filter((move) => !isLeaving(move));
  const leaving = moves.filter(isLeaving);
  let trafficPercent = 0;
  let turned: Extract<Move, { kind: 'flag' }> | null = null;
  for (const move of taking) {
    if (move.kind === 'route') trafficPercent = move.trafficPercent;
    if (move.kind === 'flag') turned = move;
    const step = drawStep(move, ground, trafficPercent, last);
    put(turned === null ? step : withFlag(step, turned, climbs));
  }
  for (const gate of named(gatesAfter)) put(check(gate, target.id, last));
  for (const move of leaving) put(drawStep(move, ground, trafficPercent, last));
  return { steps, last };
}

/** A flag is turned after everybody who turned it before, and the watching that follows is named after it. */
function withFlag(
  step: Step,
  { flag, percent }: Extract<Move, { kind: 'flag' }>,
  climbs: Map<string, string>,
): Step {
  const before = climbs.get(flagId(flag));
  const needs = before === undefined || step.needs.includes(before) ? step.needs : [...step.needs, before];
  const id = step.kind === 'observe' ? `observe-${flag.key}-${percent}.${step.target}` : step.id;
  climbs.set(flagId(flag), id);
  return { ...step, id, needs };
}

/** Where nothing ran before there is nothing to share traffic with and nothing to take away. */
function movesAt(ground: Ground): readonly Move[] {
  const { target, pace, capabilities, strategy } = ground;
  const isFirst = target.before === null;
  const isBlind = watchAt(ground) === null;
  const moves = strategy.takeOver(isFirst ? { trafficPercents: [] } : pace, capabilities);
  const taking = moves.filter((move) => !isLeaving(move));
  return [...taking, ...flagMoves(ground), ...moves.filter(isLeaving)].filter(
    ({ kind }) => !(kind === 'observe' && isBlind) && !(isFirst && needsTwo.has(kind)),
  );
}

/** What comes after the new version has taken over, and after its last gates. */
function isLeaving({ kind }: Move): boolean {
  return kind === 'retire' || kind === 'keep';
}

/** One flag after the other, and the new version watched after each stop as after each share of the traffic. */
function flagMoves({ flags = [] }: Ground): Move[] {
  return flags.flatMap((flag) =>
    flag.percents.flatMap((percent): Move[] => [{ kind: 'flag', flag, percent }, { kind: 'observe' }]),
  );
}

/** What makes sense only where another version runs already. */
const needsTwo: ReadonlySet<Move['kind']> = new Set(['retire', 'keep', 'ask']);

const CHECK_DEADLINE_MS = 60_000;
const ROUTE_DEADLINE_MS = 60_000;
const FLAG_DEADLINE_MS = 60_000;
const RETIRE_DEADLINE_MS = 120_000;
/** Two copies cost money, and what was proven grows old. */
const ASK_DEADLINE_MS = 3_600_000;

type NamedGate = ConfiguredGate & { readonly name: string };

/** The same gate may be asked several times with different settings: the second is `<gate>-2`. */
function named(gates: readonly ConfiguredGate[]): NamedGate[] {
  return gates.map((each, index) => {
    const nth = gates.slice(0, index + 1).filter(({ gate }) => gate === each.gate).length;
    return { ...each, name: nth === 1 ? each.gate : `${each.gate}-${nth}` };
  });
}

function check(
  { name, gate, settings, withinMs }: NamedGate,
  target: string,
  needs: readonly string[],
): Step {
  return {
    kind: 'check',
    id: `check-${name}.${target}`,
    target,
    needs: [...needs],
    gate,
    ...(Object.keys(settings).length === 0 ? {} : { settings: { ...settings } }),
    deadlineMs: withinMs ?? CHECK_DEADLINE_MS,
  };
}

function drawStep(move: Move, ground: Ground, trafficPercent: number, after: readonly string[]): Step {
  const target = ground.target.id;
  const needs = [...after];
  switch (move.kind) {
    case 'release':
      return {
        kind: 'release',
        id: `release.${target}`,
        target,
        needs,
        deadlineMs: ground.pace.releaseDeadlineMs,
      };
    case 'replace':
      return {
        kind: 'replace',
        id: `replace.${target}`,
        target,
        needs,
        deadlineMs: ground.pace.releaseDeadlineMs,
      };
    case 'route':
      return {
        kind: 'route',
        id: `route-${trafficPercent}.${target}`,
        target,
        needs,
        trafficPercent,
        deadlineMs: ROUTE_DEADLINE_MS,
      };
    case 'flag': {
      const { key, at, environment, before } = move.flag;
      return {
        kind: 'flag',
        id: `flag-${key}-${move.percent}.${target}`,
        target,
        needs,
        key,
        at,
        environment,
        rolloutPercent: move.percent,
        before: { ...before },
        deadlineMs: FLAG_DEADLINE_MS,
      };
    }
    case 'observe':
      return {
        ...drawWatch(ground, watchAt(ground) ?? usualWatch, movesAt(ground)),
        id: `observe-${trafficPercent}.${target}`,
        target,
        needs,
      };
    case 'ask': {
      const { question, yes } = move;
      return { kind: 'ask', id: `ask.${target}`, target, needs, question, yes, deadlineMs: ASK_DEADLINE_MS };
    }
    case 'keep':
      return { kind: 'keep', id: `keep.${target}`, target, needs, durationMs: ground.pace.keepMs };
    case 'retire':
      return { kind: 'retire', id: `retire.${target}`, target, needs, deadlineMs: RETIRE_DEADLINE_MS };
  }
}
