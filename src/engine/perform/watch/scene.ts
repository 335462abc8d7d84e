import type { Step } from '../../../core/plan.ts';
import type { Watch } from '../../../core/watch.ts';
import type { Arm } from '../../../metric/metric.ts';
import { keepAfter } from '../../patience.ts';
import { newReleaseId, oldReleaseId } from '../../writing.ts';
import type { Scene } from '../scene.ts';

export type WatchedStep = Extract<Step, { kind: 'observe' }> & { readonly watch: Watch };
export type WatchScene = Scene<WatchedStep> & {
  /** For how long nobody was there to look so far: the program was down, or its machine stood still. */
  readonly unwatchedMs: number;
};

/** Which part of a rollout is being watched. */
export type Stage = {
  /** Counts from 0. */
  readonly index: number;
  readonly trafficPercent: number;
  /** When it was begun to be watched; after a false alarm, anew. */
  readonly sinceMs: number;
  readonly durationMs: number;
  readonly isOver: boolean;
};

export function stageOf(scene: WatchScene): Stage {
  const { hold, step, nowMs, state } = scene;
  const mine = hold.now().plan.steps.filter(({ target }) => target === step.target);
  const before = mine.slice(
    0,
    mine.findIndex(({ id }) => id === step.id),
  );
  const route = before.findLast((each) => each.kind === 'route');
  const { startedAtMs, watchedAnewAtMs } = state();
  const sinceMs = watchedAnewAtMs ?? startedAtMs ?? nowMs();
  return {
    index: before.filter(({ kind }) => kind === 'observe').length,
    trafficPercent: route?.kind === 'route' ? route.trafficPercent : 100,
    sinceMs,
    durationMs: step.durationMs,
    isOver: nowMs() - sinceMs >= step.durationMs,
  };
}

/** At the beginning of a look: what is longer than the time between two that are written down, was slept through. */
export function unwatchedUntilNow({ step, nowMs, state }: Scene<WatchedStep>): number {
  const { judgedAtMs, startedAtMs, unwatchedMs } = state();
  const lastMs = judgedAtMs ?? startedAtMs ?? nowMs();
  const usualMs = keepAfter(step.durationMs) + 2 * step.watch.judge.lookEveryMs;
  return unwatchedMs + Math.max(0, nowMs() - lastMs - usualMs);
}

/** Both versions; the one before it only while it has traffic. Null until it is known what was brought up. */
export function armsOf(
  { hold, target }: Pick<WatchScene, 'hold' | 'target'>,
  { trafficPercent }: Pick<Stage, 'trafficPercent'>,
): { readonly canary: Arm; readonly stable: Arm | null } | null {
  const deployment = hold.now();
  const releaseId = newReleaseId(deployment, target.id);
  if (releaseId === null) return null;
  const oldId = oldReleaseId(deployment, target.id);
  const { before } = target;
  const isShared = before !== null && oldId !== null && trafficPercent < 100;
  return {
    canary: { releaseId, version: target.version, trafficPercent },
    stable: isShared
      ? { releaseId: oldId, version: before.version, trafficPercent: 100 - trafficPercent }
      : null,
  };
}
