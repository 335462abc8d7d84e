import type { Rollout } from './objects.ts';
import { throughRoute, throughService } from './routing.ts';
import type { ClusterState } from './state.ts';
import { TOKEN } from './token.ts';

const IMAGE = 'registry.example.com/shop';

/** The service of the tests: `shop`, in a namespace of that name. */
export const naming = { namespace: 'shop', image: `${IMAGE}:{version}`, container: 'api' } as const;

type More = { readonly replicas?: number; readonly tag?: string; readonly labels?: Record<string, string> };

/** A container of the service, and one beside it, as service meshes put one there. */
export function addDeployment(state: ClusterState, name: string, more: More = {}): void {
  const { replicas = 3, tag = 'v0', labels = { app: name } } = more;
  state.store.create('deployments', {
    metadata: { name, labels: { app: 'shop' } },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'api',
              image: `${IMAGE}:${tag}`,
              env: [
                { name: 'COLOUR', value: 'green' },
                {
                  name: 'LEDGER_URL',
                  valueFrom: { secretKeyRef: { name: 'ledger', key: 'url', optional: true } },
                },
                { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
              ],
              envFrom: [{ prefix: '', configMapRef: { name: 'shop', optional: false } }],
              resources: { limits: { cpu: '500m', memory: '256Mi' } },
            },
            { name: 'mesh', image: 'registry.example.com/mesh:1.0' },
          ],
        },
      },
    },
    status: {},
  });
}

export function addService(state: ClusterState, name: string, selector: Record<string, string>): void {
  state.store.create('services', {
    metadata: { name },
    spec: { selector, ports: [{ port: 80, protocol: 'TCP' }] },
  });
}

/** One Deployment with a Service. */
export function addRolling(state: ClusterState, more: More = {}): void {
  addDeployment(state, 'shop', more);
  addService(state, 'shop', more.labels ?? { app: 'shop' });
  addConfiguration(state);
  state.settle();
}

export const rolling = { mode: 'rolling', ...naming, deployment: 'shop' } as const;

export const colours = ['shop-blue', 'shop-green'] as const;
export const blueGreen = {
  mode: 'blue-green',
  ...naming,
  service: 'shop',
  deployments: [...colours],
  replicas: 2,
} as const;

/** Two Deployments behind one Service that points to the first; empty unless told otherwise. */
export function addBlueGreen(state: ClusterState, replicas: readonly [number, number] = [0, 0]): void {
  addDeployment(state, colours[0], { replicas: replicas[0], labels: { app: 'shop', colour: 'blue' } });
  addDeployment(state, colours[1], { replicas: replicas[1], labels: { app: 'shop', colour: 'green' } });
  addService(state, 'shop', { app: 'shop', colour: 'blue' });
  addConfiguration(state);
  state.settle();
}

export const replicasMode = {
  mode: 'replicas',
  ...naming,
  service: 'shop',
  deployments: [...colours],
  replicas: 4,
} as const;

/** The same behind a Service that selects both. */
export function addReplicas(state: ClusterState, replicas: readonly [number, number] = [0, 0]): void {
  addBlueGreen(state, replicas);
  const service = state.store.one('services', 'shop');
  state.store.write('services', { ...service, spec: { ...service.spec, selector: { app: 'shop' } } });
  state.settle();
}

export const gateway = {
  mode: 'gateway',
  ...naming,
  route: 'shop',
  arms: [
    { deployment: 'shop-a', service: 'shop-a' },
    { deployment: 'shop-b', service: 'shop-b' },
  ],
  replicas: 2,
} as const;

export function addGateway(state: ClusterState, replicas: readonly [number, number] = [0, 0]): void {
  for (const [index, { deployment, service }] of gateway.arms.entries()) {
    addDeployment(state, deployment, { replicas: replicas[index] ?? 0, labels: { app: deployment } });
    addService(state, service, { app: deployment });
  }
  state.store.create('httproutes', {
    metadata: { name: 'shop' },
    spec: {
      parentRefs: [{ name: 'public' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [
            { name: 'shop-a', port: 80, weight: replicas[0] > 0 ? 100 : 0 },
            { name: 'shop-b', port: 80, weight: 0 },
          ],
        },
      ],
    },
    status: { parents: [] },
  });
  addConfiguration(state);
  state.settle();
}

export const argo = { mode: 'argo', ...naming, rollout: 'shop' } as const;

export function addRollout(
  state: ClusterState,
  canary: NonNullable<Rollout['spec']['strategy']['canary']>,
  tag = 'v0',
): void {
  const labels = { app: 'shop' };
  state.store.create('rollouts', {
    metadata: { name: 'shop' },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'api', image: `${IMAGE}:${tag}` },
            { name: 'mesh', image: 'registry.example.com/mesh:1.0' },
          ],
        },
      },
      strategy: { canary },
    },
    status: {},
  });
  state.settle();
}

function addConfiguration(state: ClusterState): void {
  state.store.create('configmaps', { metadata: { name: 'shop' }, data: { CURRENCY: 'EUR' } });
  const url = Buffer.from('postgres://ledger').toString('base64');
  state.store.create('secrets', { metadata: { name: 'ledger' }, data: { url } });
}

/** Real enough: who would answer, by the endpoints or the weights as they are now. */
export function answers(state: ClusterState, mode: string, requests: number): string[] {
  state.settle();
  return mode === 'gateway'
    ? throughRoute(state.store, 'shop', requests)
    : throughService(state.store, 'shop', requests);
}

/** What an administrator would hand out: one context, one token. */
export function kubeconfigOf(server: string, user: object = { token: TOKEN }, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'here', user: 'slipway' } }],
    clusters: [{ name: 'here', cluster: { server, ...cluster } }],
    users: [{ name: 'slipway', user }],
  });
}
