import type { Condition, Deployment, Kubernetes, Labels, ReplicaSet, Template } from './objects.ts';
import { type Store, templateHash } from './store.ts';

const REVISION = 'deployment.kubernetes.io/revision';
/** What a controller does not copy from its object to its ReplicaSet (deployment_util.go). */
const NOT_COPIED = [REVISION, 'kubectl.kubernetes.io/last-applied-configuration'];

/** How often in a row nothing may get further before a Deployment has `ProgressDeadlineExceeded`. */
export type Patience = { readonly turnsMax: number };

type Owner = Kubernetes & { spec: { selector: { matchLabels: Labels }; template: Template } };
export type Words = { readonly hashLabel: string; readonly revision: string; readonly apiVersion: string };

const words: Words = { hashLabel: 'pod-template-hash', revision: REVISION, apiVersion: 'apps/v1' };

export function ownedBy(store: Store, { metadata }: Kubernetes): ReplicaSet[] {
  return store.all('replicasets').filter((each) => each.metadata.ownerReferences?.[0]?.uid === metadata.uid);
}

/** The ReplicaSet of the template that is wanted: found again, or made; its revision is the highest then. */
export function wantedReplicaSet(store: Store, owner: Owner, said: Words = words): ReplicaSet {
  const own = ownedBy(store, owner);
  const hash = templateHash(owner.spec.template);
  const copied = Object.fromEntries(
    Object.entries(owner.metadata.annotations ?? {}).filter(
      ([key]) => !NOT_COPIED.includes(key) && key !== said.revision,
    ),
  );
  const revisionOf = (each: ReplicaSet) => Number(each.metadata.annotations?.[said.revision] ?? 0);
  const highest = Math.max(0, ...own.map(revisionOf));
  const found = own.find((each) => each.metadata.labels?.[said.hashLabel] === hash);
  if (found !== undefined) {
    const revision = String(revisionOf(found) === highest ? highest : highest + 1);
    const annotations = { ...found.metadata.annotations, ...copied, [said.revision]: revision };
    return store.write('replicasets', { ...found, metadata: { ...found.metadata, annotations } });
  }
  const labels = { ...owner.spec.template.metadata.labels, [said.hashLabel]: hash };
  const { apiVersion } = said;
  return store.create('replicasets', {
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      labels,
      annotations: { ...copied, [said.revision]: String(highest + 1) },
      ownerReferences: [
        {
          apiVersion,
          kind: owner.kind,
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
        },
      ],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        ...owner.spec.template,
        metadata: { ...owner.spec.template.metadata, labels },
      },
    },
    status: { replicas: 0 },
  });
}

export function scaleTo(store: Store, replicaSet: ReplicaSet, replicas: number): void {
  const now = store.one('replicasets', replicaSet.metadata.name);
  store.write('replicasets', { ...now, spec: { ...now.spec, replicas } });
}

/** One turn of the controller of Deployments: maxSurge 1, maxUnavailable 0. */
export function runDeployments(
  store: Store,
  stuck: Map<string, { seen: string; turns: number }>,
  patience: Patience,
): void {
  for (const deployment of store.all('deployments')) {
    const wanted = deployment.spec.paused === true ? undefined : wantedReplicaSet(store, deployment);
    if (wanted !== undefined) roll(store, deployment, wanted);
    trim(store, deployment);
    sayDeployment(store, deployment, wanted, stuck, patience);
  }
}

function roll(store: Store, { spec, metadata }: Deployment, wanted: ReplicaSet): void {
  const owner = { metadata } as Kubernetes;
  const old = ownedBy(store, owner).filter((each) => each.metadata.uid !== wanted.metadata.uid);
  const sum = (all: readonly ReplicaSet[], of: (each: ReplicaSet) => number) =>
    all.reduce((total, each) => total + of(each), 0);
  const oldPods = sum(old, (each) => each.spec.replicas);
  const room = oldPods === 0 ? spec.replicas : Math.max(0, spec.replicas + 1 - oldPods);
  scaleTo(
    store,
    wanted,
    Math.min(spec.replicas, Math.max(room, Math.min(wanted.spec.replicas, spec.replicas))),
  );
  const available = sum(ownedBy(store, owner), (each) => each.status.availableReplicas ?? 0);
  let spare = Math.max(0, available - spec.replicas);
  for (const each of old) {
    const sick = each.spec.replicas - (each.status.availableReplicas ?? 0);
    const fewer = Math.min(each.spec.replicas, Math.max(0, sick) + spare);
    spare -= Math.max(0, fewer - Math.max(0, sick));
    if (fewer > 0) scaleTo(store, each, spec.replicas === 0 ? 0 : each.spec.replicas - fewer);
    else if (spec.replicas === 0) scaleTo(store, each, 0);
  }
}

/** Only so many ReplicaSets without pods are kept. */
function trim(store: Store, deployment: Deployment): void {
  const revisionOf = (each: ReplicaSet) => Number(each.metadata.annotations?.[REVISION] ?? 0);
  const empty = ownedBy(store, deployment)
    .filter(({ spec, status }) => spec.replicas === 0 && status.replicas === 0)
    .toSorted((a, b) => revisionOf(b) - revisionOf(a))
    .filter((each) => each.metadata.labels?.['pod-template-hash'] !== templateHash(deployment.spec.template));
  for (const each of empty.slice(deployment.spec.revisionHistoryLimit))
    store.delete('replicasets', each.metadata.name);
}

function sayDeployment(
  store: Store,
  deployment: Deployment,
  wanted: ReplicaSet | undefined,
  stuck: Map<string, { seen: string; turns: number }>,
  { turnsMax }: Patience,
): void {
  const now = store.one('deployments', deployment.metadata.name);
  const own = ownedBy(store, deployment);
  const count = (of: (each: ReplicaSet) => number) => own.reduce((sum, each) => sum + of(each), 0);
  const updated = own.find((each) => each.metadata.uid === wanted?.metadata.uid)?.status.replicas ?? 0;
  const [replicas, ready, available] = [
    count(({ status }) => status.replicas),
    count(({ status }) => status.readyReplicas ?? 0),
    count(({ status }) => status.availableReplicas ?? 0),
  ];
  const isDone = updated === now.spec.replicas && replicas === updated && available === updated;
  const seen = JSON.stringify([now.metadata.generation, replicas, updated, available]);
  const before = stuck.get(now.metadata.uid);
  const turns = before?.seen === seen ? before.turns + 1 : 0;
  stuck.set(now.metadata.uid, { seen, turns });
  const some = (entries: Record<string, number>) =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value > 0));
  const progressing: Condition = isDone
    ? { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }
    : turns > turnsMax
      ? {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: `ReplicaSet "${wanted?.metadata.name}" has timed out progressing.`,
        }
      : { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' };
  const revision = wanted?.metadata.annotations?.[REVISION];
  const annotations = {
    ...now.metadata.annotations,
    ...(revision === undefined ? {} : { [REVISION]: revision }),
  };
  store.write('deployments', {
    ...now,
    metadata: { ...now.metadata, annotations },
    status: {
      observedGeneration: now.metadata.generation ?? 1,
      ...some({
        replicas,
        updatedReplicas: updated,
        readyReplicas: ready,
        availableReplicas: available,
        unavailableReplicas: replicas - available,
      }),
      conditions: [progressing],
    },
  });
}
