import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetes } from '../../src/platform/kubernetes/index.ts';
import type { Around, Platform, Site, StandingRelease } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { type ClusterOptions, type ClusterStandIn, openKubernetes } from '../stand-in/kubernetes/index.ts';
import type { Deployment } from '../stand-in/kubernetes/objects.ts';
import {
  addBlueGreen,
  addGateway,
  addReplicas,
  addRolling,
  blueGreen,
  colours,
  gateway,
  kubeconfigOf,
  replicasMode,
  rolling,
} from '../stand-in/kubernetes/shop.ts';
import type { ClusterState } from '../stand-in/kubernetes/state.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { impatient, type Member, type Opening, troublesIn, type World } from './platform-member.ts';

/** A cluster that is a stand-in, and a platform that reaches it through a kubeconfig. */
export type ClusterWorld = {
  readonly cluster: ClusterStandIn;
  readonly platform: Platform;
  site(address: object, urgency?: 'urgent'): Site;
  close(): Promise<void>;
};

export async function openCluster(
  options: ClusterOptions = {},
  around: Around = aroundWith('unused'),
): Promise<ClusterWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-kubernetes-'));
  const cluster = await openKubernetes(options);
  writeFileSync(join(folder, 'config'), kubeconfigOf(cluster.url));
  const platform = kubernetes.open('cluster', { kubeconfig: join(folder, 'config') }, around);
  return {
    cluster,
    platform,
    site: (address, urgency) => platform.site({ id: 'shop/production', address }, urgency),
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await platform.close();
      await cluster.close();
    },
  };
}

export async function standing(of: Site, releaseId: string): Promise<StandingRelease | undefined> {
  return (await of.look()).releases.find((release) => release.releaseId === releaseId);
}

type Kind = {
  readonly name: string;
  readonly does: Member['does'];
  readonly address: object;
  add(state: ClusterState): void;
  /** Deployments of it, those without traffic first. */
  readonly deployments: readonly string[];
  /** The call that tells its state, and a word in its answer that nobody knows. */
  readonly question: RegExp;
  strangeWord(json: unknown): unknown;
};

const ponders = (json: unknown) => {
  const deployment = json as Deployment;
  const conditions = [{ type: 'Progressing', status: 'Pondering' }];
  return { ...deployment, status: { ...deployment.status, conditions } };
};

function member(kind: Kind): Member {
  return {
    name: `kubernetes ${kind.name}`,
    does: kind.does,
    async open(opening?: Opening): Promise<World> {
      const { cluster, platform, close } = await openCluster({}, impatient(aroundWith('unused'), opening));
      const { state } = cluster;
      kind.add(state);
      state.fates.set('v6', 'crash');
      return {
        platform: settledSoon(platform),
        target: { id: 'shop/production', address: kind.address },
        versions: { good: 'v1', better: 'v2', crashing: 'v6' },
        isGradual: kind.does === 'replaces',
        foreignAddress: { ...kind.address, region: 'eu' },
        calls: () => cluster.calls().length,
        ...troublesIn(cluster, {
          change: { method: 'PATCH', path: /\/deployments\// },
          question: { method: 'GET', path: kind.question },
          strangeWord: kind.strangeWord,
        }),
        settle: async () => state.settle(),
        hands: {
          somebodyElse: async (version) => setImage(state, kind.deployments, version),
          forget: async (releaseId) => forget(state, releaseId),
        },
        close,
      };
    },
  };
}

/** `kubectl set image`, where it disturbs nobody. */
function setImage({ store }: ClusterState, names: readonly string[], version: string): void {
  const all = names.map((name) => store.one('deployments', name));
  const [deployment] = all.toSorted((a, b) => a.spec.replicas - b.spec.replicas);
  if (deployment === undefined) throw new Error('there is no Deployment');
  const [api, ...others] = deployment.spec.template.spec.containers;
  if (api === undefined) throw new Error('there is no container');
  const containers = [{ ...api, image: `registry.example.com/shop:${version}` }, ...others];
  const template = { ...deployment.spec.template, spec: { containers } };
  const replicas = Math.max(1, deployment.spec.replicas);
  store.write('deployments', { ...deployment, spec: { ...deployment.spec, replicas, template } });
}

function forget({ store }: ClusterState, releaseId: string): void {
  const isIt = ({ spec }: { spec: { template: { metadata: { annotations?: Record<string, string> } } } }) =>
    spec.template.metadata.annotations?.['slipway/release'] === releaseId;
  for (const replicaSet of store.all('replicasets').filter(isIt))
    store.delete('replicasets', replicaSet.metadata.name);
}

export const kubernetesRolling = member({
  name: 'rolling',
  does: 'replaces',
  address: rolling,
  add: addRolling,
  deployments: ['shop'],
  question: /\/deployments\/shop$/,
  strangeWord: ponders,
});

export const kubernetesBlueGreen = member({
  name: 'blue-green',
  does: 'stages',
  address: blueGreen,
  add: addBlueGreen,
  deployments: colours,
  question: /\/deployments\/shop-blue$/,
  strangeWord: ponders,
});

export const kubernetesReplicas = member({
  name: 'replicas',
  does: 'stages',
  address: replicasMode,
  add: addReplicas,
  deployments: colours,
  question: /\/deployments\/shop-blue$/,
  strangeWord: ponders,
});

export const kubernetesGateway = member({
  name: 'gateway',
  does: 'stages',
  address: gateway,
  add: addGateway,
  deployments: gateway.arms.map(({ deployment }) => deployment),
  question: /\/deployments\/shop-a$/,
  strangeWord: ponders,
});
