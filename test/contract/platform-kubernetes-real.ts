import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Http } from '../../src/http/door.ts';
import { path } from '../../src/http/path.ts';
import { hostOf } from '../../src/platform/kubernetes/access/access.ts';
import { kubernetes } from '../../src/platform/kubernetes/index.ts';
import type { Around } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { without } from '../support/skips.ts';
import { impatient, type Member, type Opening, type World } from './platform-member.ts';

/** A cluster that somebody lends to the tests: objects are made in its namespace, and taken away again. */
type Lent = {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** With tags `3.9` and `3.10`, and none called `0.0-none`. */
  readonly image: string;
};

function lent(): Lent | null {
  const {
    KUBECONFIG: kubeconfig,
    SLIPWAY_TEST_NAMESPACE: namespace,
    SLIPWAY_TEST_IMAGE: image,
  } = process.env;
  if (kubeconfig === undefined || namespace === undefined) {
    without(
      'Kubernetes against a real cluster',
      'KUBECONFIG and SLIPWAY_TEST_NAMESPACE are not set (SLIPWAY_TEST_IMAGE may name another image than registry.k8s.io/pause:{version})',
    );
    return null;
  }
  return { kubeconfig, namespace, image: image ?? 'registry.k8s.io/pause:{version}' };
}

/** The suite over a real cluster, where one is given; nobody can make troubles there. */
export function realClusters(): Member[] {
  const cluster = lent();
  if (cluster === null) return [];
  return [member(cluster, 'rolling'), member(cluster, 'blue-green')];
}

function member(cluster: Lent, mode: 'rolling' | 'blue-green'): Member {
  return {
    name: `kubernetes ${mode}, a real cluster`,
    does: mode === 'rolling' ? 'replaces' : 'stages',
    async open(opening?: Opening): Promise<World> {
      const { kubeconfig, namespace, image } = cluster;
      const counter = counting(impatient(aroundWith('unused'), opening));
      const http = aroundWith('unused').door(await hostOf({ kubeconfig }, aroundWith('unused')));
      const name = `slipway-test-${randomBytes(4).toString('hex')}`;
      const colours = [`${name}-a`, `${name}-b`];
      const common = { mode, namespace, image, container: 'main' };
      const address =
        mode === 'rolling'
          ? { ...common, deployment: name }
          : { ...common, service: name, deployments: colours, replicas: 1 };
      const made = mode === 'rolling' ? [name] : colours;
      for (const each of made) await make(http, namespace, each, image, mode === 'rolling' ? 1 : 0);
      if (mode === 'blue-green') await makeService(http, namespace, name, colours[0] ?? '');
      return {
        platform: kubernetes.open('real', { kubeconfig }, counter.around),
        target: { id: 'shop/test', address },
        versions: { good: '3.9', better: '3.10', crashing: '0.0-none' },
        isGradual: mode === 'rolling',
        foreignAddress: { ...address, region: 'eu' },
        calls: counter.calls,
        troubles: [],
        trouble: () => undefined,
        settle: async () => undefined,
        async close() {
          for (const each of made)
            await remove(http, `/apis/apps/v1/namespaces/${namespace}/deployments`, each);
          if (mode === 'blue-green') await remove(http, `/api/v1/namespaces/${namespace}/services`, name);
        },
      };
    },
  };
}

const Anything = z.unknown();

async function make(
  http: Http,
  namespace: string,
  name: string,
  image: string,
  replicas: number,
): Promise<void> {
  const labels = { app: name };
  const containers = [{ name: 'main', image: image.replace('{version}', '3.9') }];
  const template = { metadata: { labels }, spec: { containers, terminationGracePeriodSeconds: 1 } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
  await http.post(path`/apis/apps/v1/namespaces/${namespace}/deployments`, body, Anything);
}

async function makeService(http: Http, namespace: string, name: string, selected: string): Promise<void> {
  const spec = { selector: { app: selected }, ports: [{ port: 80, protocol: 'TCP' }] };
  const body = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
  await http.post(path`/api/v1/namespaces/${namespace}/services`, body, Anything);
}

async function remove(http: Http, list: string, name: string): Promise<void> {
  await http.delete(`${list}${path`/${name}`}`, Anything, { propagationPolicy: 'Foreground' });
}

/** Counts what leaves through the door. */
function counting(around: Around): { readonly around: Around; calls(): number } {
  let calls = 0;
  const count = (http: Http): Http => ({
    ...http,
    get: (...asked) => {
      calls += 1;
      return http.get(...asked);
    },
    send: ((asked: never) => {
      calls += 1;
      return http.send(asked);
    }) as Http['send'],
    get urgent() {
      return count(http.urgent);
    },
  });
  return { around: { ...around, door: (host) => count(around.door(host)) }, calls: () => calls };
}
