import { isSelected } from './objects.ts';
import { isReady } from './pods.ts';
import type { Store } from './store.ts';

/** What the controller of EndpointSlices does; a Service without a selector is left as it is. */
export function runEndpoints(store: Store): void {
  for (const { metadata, spec } of store.all('services')) {
    const { selector } = spec;
    if (selector === undefined || Object.keys(selector).length === 0) continue;
    const pods = store.all('pods').filter((pod) => isSelected(pod.metadata.labels, selector));
    const endpoints = pods.map((pod, index) => ({
      addresses: [`10.0.0.${index + 1}`],
      conditions: { ready: isReady(pod) },
      targetRef: { kind: 'Pod', name: pod.metadata.name },
    }));
    const name = `${metadata.name}-slice`;
    const labels = { 'kubernetes.io/service-name': metadata.name };
    const slice = store.get('endpointslices', name);
    const ports = spec.ports.map(({ port, protocol }) => ({ port, protocol }));
    if (slice === undefined)
      store.create('endpointslices', { metadata: { name, labels }, addressType: 'IPv4', endpoints, ports });
    else store.write('endpointslices', { ...slice, endpoints });
  }
}

/** What a gateway says of its routes as they are now. */
export function runGateways(store: Store, say: { readonly accepts: boolean }): void {
  for (const route of store.all('httproutes')) {
    const names = route.spec.rules.flatMap(({ backendRefs }) => backendRefs.map(({ name }) => name));
    const missing = names.find((name) => store.get('services', name) === undefined);
    const known = {
      observedGeneration: route.metadata.generation ?? 1,
      lastTransitionTime: '2026-11-20T12:00:00Z',
    };
    const accepted = say.accepts
      ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' }
      : {
          type: 'Accepted',
          status: 'False',
          reason: 'NotAllowedByListeners',
          message: 'no listener allows it',
        };
    const resolved =
      missing === undefined
        ? { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' }
        : {
            type: 'ResolvedRefs',
            status: 'False',
            reason: 'BackendNotFound',
            message: `no Service ${missing}`,
          };
    const parents = route.spec.parentRefs.map((parentRef) => ({
      controllerName: 'example.com/gateway',
      parentRef,
      conditions: [
        { ...known, ...accepted },
        { ...known, ...resolved },
      ],
    }));
    store.write('httproutes', { ...route, status: { parents } });
  }
}

/** Divides requests as a gateway does: each goes where the most is owed. */
export function throughRoute(store: Store, routeName: string, requests: number): string[] {
  const refs = store.one('httproutes', routeName).spec.rules[0]?.backendRefs ?? [];
  const owed = new Map(refs.map(({ name }) => [name, 0]));
  const total = refs.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const turns = new Map<string, number>();
  return Array.from({ length: requests }, () => {
    if (total === 0) return 'undefined';
    for (const { name, weight = 1 } of refs) owed.set(name, (owed.get(name) ?? 0) + weight);
    const [chosen = ''] = [...owed].toSorted(([, a], [, b]) => b - a)[0] ?? [];
    owed.set(chosen, (owed.get(chosen) ?? 0) - total);
    return throughService(store, chosen, 1, turns)[0] ?? 'undefined';
  });
}

/** Divides connections among the pods that are ready, one after the other. Names the release of each. */
export function throughService(
  store: Store,
  service: string,
  requests: number,
  turns = new Map<string, number>(),
): string[] {
  const ready = (store.get('endpointslices', `${service}-slice`)?.endpoints ?? []).filter(
    ({ conditions }) => conditions.ready,
  );
  return Array.from({ length: requests }, () => {
    const turn = turns.get(service) ?? 0;
    turns.set(service, turn + 1);
    const name = ready[turn % Math.max(1, ready.length)]?.targetRef.name;
    const pod = name === undefined ? undefined : store.get('pods', name);
    return pod?.metadata.annotations?.['slipway/release'] ?? 'undefined';
  });
}
