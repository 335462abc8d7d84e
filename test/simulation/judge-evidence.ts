import { Calibration } from '../../src/core/analysis/calibration.ts';
import { judgeLook } from '../../src/core/analysis/judge-look.ts';
import { JudgeState, judgeAtFirst } from '../../src/core/analysis/judge-state.ts';
import type { DeploymentEvent } from '../../src/core/event.ts';
import type { Step } from '../../src/core/plan.ts';
import type { SourceEvidence } from '../../src/core/turn.ts';
import type { Reading } from '../../src/metric/metric.ts';
import { isForward } from './judge-journal.ts';
import type { Found, Kept } from './oracle.ts';
import { stretchesOf } from './sources.ts';
import type { World } from './world.ts';

type Watched = Extract<Step, { kind: 'observe' }>;
type Judged = Extract<DeploymentEvent, { kind: 'judged' }>;

/** The clock of a source and that of the database, as the engine reckons with them. */
const CLOCKS_MS = 500;
/** Of digits that are kept in the journal. */
const NEARLY = 2e-2;

/**
 * Whatever became of the processes in between: what the judge knows is what somebody would know who had seen every
 * second since the beginning, once each, and in order.
 */
export function judgeEvidence(world: World, kept: Kept, found: Found): void {
  // Which second belongs to which stage is said by the database's clock.
  if (world.faults.has('database-clock')) return;
  for (const { id } of kept.plan.targets) follow(world, kept, id, found);
}

type Chain = {
  calibration: Calibration | null;
  state: JudgeState | null;
  untilMs: number | null;
  startedAtMs: Map<string, number>;
};

function follow(world: World, kept: Kept, targetId: string, found: Found): void {
  const { deploymentId, entries, plan } = kept;
  const mine = plan.steps.filter(({ target }) => target === targetId);
  const so: Chain = { calibration: null, state: null, untilMs: null, startedAtMs: new Map() };
  for (const { event, atMs } of entries) {
    if (!('step' in event) || event.step === null) continue;
    const step = mine.find(({ id }) => id === event.step);
    if (step?.kind !== 'observe') continue;
    if (event.kind === 'step-started') so.startedAtMs.set(step.id, atMs);
    // What a person has said does not count is forgotten: from there on nothing is foretold.
    if (event.kind === 'turn-answered' && (event.how === 'go-on' || event.how === 'dismiss')) return;
    if (event.kind === 'calibrated' && event.calibrations['counted'] !== undefined) {
      if (so.calibration !== null) found('what is normal is learnt once', `${deploymentId} ${step.id}`);
      so.calibration = Calibration.parse(event.calibrations['counted']);
    }
    if (event.kind !== 'judged') continue;
    const difference = goOn(world, kept, step, so, event);
    if (difference !== null) {
      found('no evidence is lost, or counted twice', `${deploymentId} ${step.id} at ${atMs}: ${difference}`);
      return;
    }
  }
}

/** What is otherwise than it should be; null: nothing. */
function goOn(world: World, kept: Kept, step: Watched, so: Chain, { evidence }: Judged): string | null {
  const own = evidence['counted'];
  if (own === undefined) return null;
  const untilMs = own.cursor === null ? null : Number(own.cursor);
  if (so.untilMs !== null && (untilMs === null || untilMs < so.untilMs)) return 'it has gone back in time';
  // What was read first may have been kept in a process alone: then it began where its state says.
  const sinceMs = so.untilMs ?? beginningOf(own) ?? untilMs;
  so.untilMs = untilMs;
  if (sinceMs === null || untilMs === null || so.calibration === null || step.watch === undefined)
    return null;
  const ground = world.platform.ground(step.target);
  const arms = armsIn(world, kept, step);
  if (arms === null) return null;
  const { judge, sources } = step.watch;
  const settings = { ...judge, falseAlarmPercent: judge.falseAlarmPercent / sources.length };
  const before = so.state ?? judgeAtFirst(settings, so.calibration);
  const startedAtMs = so.startedAtMs.get(step.id) ?? 0;
  const mine = kept.plan.steps.filter(({ target }) => target === step.target);
  const stage = stageOf(mine, step);
  const calibration = so.calibration;
  so.state = stretchesOf(ground, arms, sinceMs, untilMs)
    .filter(({ atMs, durationMs }) => atMs - durationMs >= startedAtMs - CLOCKS_MS)
    .reduce(
      (state, reading) => judgeLook(settings, calibration, state, lookOf(reading, stage, step, startedAtMs)),
      before,
    );
  if (own.state === null) return so.state.firstAtMs === null ? null : 'it is forgotten';
  return differenceOf(so.state, own.state);
}

function beginningOf({ state }: SourceEvidence): number | null {
  return state === null ? null : (JudgeState.parse(state).firstAtMs ?? null);
}

function lookOf(
  reading: Reading,
  stage: { index: number; trafficPercent: number },
  { durationMs }: Watched,
  startedAtMs: number,
) {
  const { atMs, canary, stable } = reading;
  const ageMs = Math.max(reading.durationMs, atMs - startedAtMs);
  const isOver = atMs - startedAtMs >= durationMs - CLOCKS_MS;
  return { atMs, durationMs: reading.durationMs, stage: { ...stage, ageMs, isOver }, canary, stable };
}

function stageOf(mine: readonly Step[], step: Watched) {
  const before = mine.slice(0, mine.indexOf(step));
  const route = before.findLast((each) => each.kind === 'route');
  return {
    index: before.filter(({ kind }) => kind === 'observe').length,
    trafficPercent: route?.kind === 'route' ? route.trafficPercent : 100,
  };
}

/** Both versions, as they really stood there. */
function armsIn(world: World, { plan, deploymentId }: Kept, step: Watched) {
  const target = plan.targets.find(({ id }) => id === step.target);
  const releases = world.platform.ground(step.target).standing(world.scheduler.nowMs());
  const canary = releases.find(({ intentId }) => isMadeBy(deploymentId, intentId ?? ''));
  const stable = releases.find(({ releaseId }) => releaseId === target?.before?.releaseId);
  const mine = plan.steps.filter((each) => each.target === step.target);
  const { trafficPercent } = stageOf(mine, step);
  if (canary === undefined) return null;
  const arm = ({ releaseId, version }: typeof canary, percent: number) => ({
    releaseId,
    version: { name: version, commit: null },
    trafficPercent: percent,
  });
  const isShared = stable !== undefined && trafficPercent < 100;
  return { canary: arm(canary, trafficPercent), stable: isShared ? arm(stable, 100 - trafficPercent) : null };
}

function isMadeBy(deploymentId: string, intentId: string): boolean {
  return intentId.startsWith(`${deploymentId}/re`) && isForward(intentId);
}

/** The end of a stage is when somebody looks after it; everything else is the same to the digit that is kept. */
function differenceOf(state: JudgeState, kept: SourceEvidence['state']): string | null {
  const { isOver: _, end: __, ...stage } = state.stage;
  return unlike({ ...state, stage }, kept, 'state');
}

function unlike(wanted: unknown, seen: unknown, path: string): string | null {
  if (typeof wanted === 'number' && typeof seen === 'number') {
    // Counts are kept as they are; what is estimated is kept in few digits, look after look.
    const isCounted = Number.isInteger(wanted) && Number.isInteger(seen);
    const isNear = Math.abs(wanted - seen) <= NEARLY * Math.max(1, Math.abs(wanted), Math.abs(seen));
    if (isCounted) return wanted === seen ? null : `${path} is ${seen}, and should be ${wanted}`;
    return isNear ? null : `${path} is ${seen}, and should be ${wanted}`;
  }
  if (typeof wanted !== 'object' || wanted === null) {
    return wanted === seen ? null : `${path} is ${String(seen)}, and should be ${String(wanted)}`;
  }
  for (const [key, value] of Object.entries(wanted)) {
    const there =
      typeof seen === 'object' && seen !== null ? (seen as Record<string, unknown>)[key] : undefined;
    const difference = unlike(value, there, `${path}.${key}`);
    if (difference !== null) return difference;
  }
  return null;
}
