import { ownedBy, scaleTo, type Words, wantedReplicaSet } from './deployments.ts';
import type { ReplicaSet, Rollout } from './objects.ts';
import type { Store } from './store.ts';

const words: Words = {
  hashLabel: 'rollouts-pod-template-hash',
  revision: 'rollout.argoproj.io/revision',
  apiVersion: 'argoproj.io/v1alpha1',
};
const PAUSE = { reason: 'CanaryPauseStep', startTime: '2026-11-20T12:00:00Z' };

/** One turn of the controller of Argo Rollouts (`rollout/canary.go`, as far as canaries without analysis go). */
export function runRollouts(store: Store): void {
  for (const rollout of store.all('rollouts')) {
    const wanted = wantedReplicaSet(store, rollout, words);
    const next = turn(store, store.one('rollouts', rollout.metadata.name), wanted);
    const observedGeneration = String(rollout.metadata.generation ?? 1);
    const now = store.one('rollouts', rollout.metadata.name);
    store.write('rollouts', { ...now, status: { ...next, observedGeneration } });
  }
}

function turn(store: Store, rollout: Rollout, wanted: ReplicaSet): Rollout['status'] {
  const hash = hashOf(wanted);
  const before = rollout.status;
  // A new template begins anew, and forgets what was asked of the one before.
  const isNew = before.currentPodHash !== hash;
  const status: Rollout['status'] = isNew
    ? { ...without(before), currentPodHash: hash, currentStepIndex: 0 }
    : before;
  const stable = ownedBy(store, rollout).find((each) => hashOf(each) === status.stableRS);
  if (stable === undefined || stable.metadata.uid === wanted.metadata.uid)
    return settle(store, rollout, wanted, status);
  if (status.abort === true) return aborted(store, rollout, wanted, stable, status);
  return onTheWay(store, rollout, wanted, stable, status);
}

function without({
  abort: _,
  promoteFull: __,
  pauseConditions: ___,
  controllerPause: ____,
  message: _____,
  ...rest
}: Rollout['status']) {
  return rest;
}

function settle(
  store: Store,
  rollout: Rollout,
  wanted: ReplicaSet,
  status: Rollout['status'],
): Rollout['status'] {
  const { replicas, strategy } = rollout.spec;
  for (const each of ownedBy(store, rollout))
    scaleTo(store, each, each.metadata.uid === wanted.metadata.uid ? replicas : 0);
  const isUp = (wanted.status.readyReplicas ?? 0) >= replicas;
  return {
    ...without(status),
    stableRS: hashOf(wanted),
    currentStepIndex: strategy.canary?.steps?.length ?? 0,
    phase: isUp ? 'Healthy' : 'Progressing',
    ...weights(rollout, 0),
  };
}

function aborted(
  store: Store,
  rollout: Rollout,
  wanted: ReplicaSet,
  stable: ReplicaSet,
  status: Rollout['status'],
): Rollout['status'] {
  scaleTo(store, wanted, 0);
  scaleTo(store, stable, rollout.spec.replicas);
  const message = `RolloutAborted: Rollout aborted update to revision ${wanted.metadata.annotations?.[words.revision]}`;
  return { ...without(status), abort: true, phase: 'Degraded', message, ...weights(rollout, 0) };
}

function onTheWay(
  store: Store,
  rollout: Rollout,
  wanted: ReplicaSet,
  stable: ReplicaSet,
  status: Rollout['status'],
): Rollout['status'] {
  const { replicas, strategy } = rollout.spec;
  const steps = strategy.canary?.steps ?? [];
  const index = status.promoteFull === true ? steps.length : (status.currentStepIndex ?? 0);
  const isOver = index >= steps.length;
  const done = steps.slice(0, index + 1);
  const weight = isOver ? 100 : (done.findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0);
  const scale = done.findLast(({ setCanaryScale }) => setCanaryScale?.replicas !== undefined)?.setCanaryScale
    ?.replicas;
  const pods = Math.max(Math.ceil((replicas * weight) / 100), isOver ? replicas : (scale ?? 0));
  scaleTo(store, wanted, pods);
  const isRouted = strategy.canary?.trafficRouting !== undefined;
  scaleTo(store, stable, isRouted ? replicas : Math.max(0, replicas - pods));
  const isUp = (wanted.status.readyReplicas ?? 0) >= pods;
  const now = { ...status, currentStepIndex: index, phase: 'Progressing' };
  // Traffic follows the pods that are ready.
  if (!isUp) return now;
  if (isOver)
    return { ...without(now), stableRS: hashOf(wanted), phase: 'Progressing', ...weights(rollout, 100) };
  const routed = { ...now, ...weights(rollout, weight) };
  const { pause } = steps[index] ?? {};
  if (pause === undefined || pause.duration !== undefined) return { ...routed, currentStepIndex: index + 1 };
  const isPaused = (status.pauseConditions ?? []).length > 0;
  if (status.controllerPause === true && !isPaused) {
    return { ...routed, controllerPause: false, currentStepIndex: index + 1 };
  }
  return {
    ...routed,
    controllerPause: true,
    pauseConditions: [PAUSE],
    phase: 'Paused',
    message: 'CanaryPauseStep',
  };
}

function weights(rollout: Rollout, canary: number): Pick<Rollout['status'], 'canary'> {
  if (rollout.spec.strategy.canary?.trafficRouting === undefined) return {};
  return { canary: { weights: { canary: { weight: canary }, stable: { weight: 100 - canary } } } };
}

function hashOf({ metadata }: ReplicaSet): string {
  return metadata.labels?.[words.hashLabel] ?? '';
}
