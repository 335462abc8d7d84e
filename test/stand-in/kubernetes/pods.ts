import type { Condition, ContainerStatus, Pod, ReplicaSet } from './objects.ts';
import type { Store } from './store.ts';

/** What becomes of a container, by the tag of its image. */
export type Fate = 'ready' | 'crash' | 'missing' | 'unconfigured' | 'never';

export const LAST_WORDS = 'LEDGER_URL is not set';

/** As many pods as each ReplicaSet wants; what is not ready goes first. */
export function countPods(store: Store): void {
  for (const replicaSet of store.all('replicasets')) {
    const own = podsOf(store, replicaSet).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const excess = own.length - replicaSet.spec.replicas;
    const worstFirst = own.toSorted((a, b) => Number(isReady(a)) - Number(isReady(b)));
    for (const pod of worstFirst.slice(0, Math.max(0, excess))) {
      const metadata = { ...pod.metadata, deletionTimestamp: pod.metadata.creationTimestamp };
      store.write('pods', { ...pod, metadata });
    }
    for (let missing = -excess; missing > 0; missing--) makePod(store, replicaSet);
  }
}

let made = 0;
function makePod(store: Store, { metadata, spec }: ReplicaSet): void {
  made += 1;
  const { labels, annotations = {} } = spec.template.metadata;
  store.create('pods', {
    metadata: {
      name: `${metadata.name}-${made.toString(36).padStart(5, '0')}`,
      labels,
      annotations,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
        },
      ],
    },
    spec: spec.template.spec,
    status: { phase: 'Pending', conditions: [notReady], containerStatuses: [] },
  });
}

const notReady: Condition = { type: 'Ready', status: 'False', reason: 'ContainersNotReady' };

/** What a kubelet does in one turn: pods on their way out go, new ones come up or do not. */
export function runPods(store: Store, fateOf: (tag: string) => Fate): void {
  for (const pod of store.all('pods')) {
    if (pod.metadata.deletionTimestamp !== undefined) store.delete('pods', pod.metadata.name);
    else store.write('pods', { ...pod, status: statusOf(pod, fateOf) });
  }
}

function statusOf(pod: Pod, fateOf: (tag: string) => Fate): Pod['status'] {
  const statuses = pod.spec.containers.map(({ name, image }, index): ContainerStatus => {
    const before = pod.status.containerStatuses.find((each) => each.name === name);
    // Beside the service there may be others, which are fine.
    const fate = index === 0 ? fateOf(image.slice(image.lastIndexOf(':') + 1)) : 'ready';
    return { name, image, imageID: image, ready: fate === 'ready', ...stateOf(fate, before) };
  });
  const isAllReady = statuses.every(({ ready }) => ready);
  return {
    phase: isAllReady ? 'Running' : 'Pending',
    conditions: [isAllReady ? { type: 'Ready', status: 'True' } : notReady],
    containerStatuses: statuses,
  };
}

function stateOf(
  fate: Fate,
  before: ContainerStatus | undefined,
): Pick<ContainerStatus, 'restartCount' | 'state' | 'lastState'> {
  const restartCount = before?.restartCount ?? 0;
  const waiting = (reason: string, message: string) => ({
    restartCount,
    state: { waiting: { reason, message } },
  });
  switch (fate) {
    case 'ready':
    case 'never':
      return { restartCount, state: { running: { startedAt: '2026-11-20T12:00:00Z' } } };
    case 'missing':
      return before === undefined
        ? waiting('ErrImagePull', 'manifest unknown')
        : waiting('ImagePullBackOff', 'Back-off pulling image: manifest unknown');
    case 'unconfigured':
      return waiting('CreateContainerConfigError', 'secret "ledger" not found');
    case 'crash': {
      const terminated = { exitCode: 1, reason: 'Error', message: LAST_WORDS };
      if (before === undefined) return { restartCount, state: { terminated } };
      const state = {
        waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' },
      };
      return { restartCount: restartCount + 1, state, lastState: { terminated } };
    }
  }
}

export function podsOf(store: Store, { metadata }: ReplicaSet): Pod[] {
  return store.all('pods').filter((pod) => pod.metadata.ownerReferences?.[0]?.uid === metadata.uid);
}

export function isReady({ metadata, status }: Pod): boolean {
  const isGoing = metadata.deletionTimestamp !== undefined;
  return !isGoing && status.conditions.some(({ type, status: word }) => type === 'Ready' && word === 'True');
}

/** What each ReplicaSet says of its pods. */
export function sayReplicaSets(store: Store): void {
  for (const replicaSet of store.all('replicasets')) {
    const own = podsOf(store, replicaSet).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const ready = own.filter(isReady).length;
    const some = ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready };
    store.write('replicasets', { ...replicaSet, status: { replicas: own.length, ...some } });
  }
}
