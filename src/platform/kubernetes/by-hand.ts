import { Failed } from '../../core/failure.ts';
import { oneCommand, word } from '../shell.ts';
import type { DeploymentState } from './deployment.ts';
import { imageOf } from './image.ts';
import type { HttpRoute, Labels } from './schema.ts';
import { nameOf } from './slots.ts';

/** What a person has to wait for at most; `kubectl` ends with an error then, and what follows is not done. */
const PATIENCE = '--timeout=5m';

type Named = { readonly namespace: string };

/** The image of a version; null for what serves under a name that no tag of ours could have. */
export function knownImage(pattern: string, version: string): string | null {
  try {
    return imageOf(pattern, version);
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/**
 * Gives all traffic back to a Deployment, as soon as its pods are ready. Where nobody says how many there shall be, those
 * that are there have to do: of none `kubectl wait` makes an error, and no traffic goes to nobody
 * (https://kubernetes.io/docs/reference/kubectl/generated/kubectl_wait/, …/kubectl_scale/, …/kubectl_patch/).
 * @param give the object that divides the traffic, and the change of it as JSON Patch
 */
export function giveBack(
  { namespace }: Named,
  slot: DeploymentState,
  replicas: number | undefined,
  give: { readonly object: string; readonly patch: readonly object[] },
): string | null {
  const labels = plainLabels(slot);
  if (labels === null) return null;
  const kubectl = `kubectl -n ${word(namespace)}`;
  const deployment = word(`deployment/${nameOf(slot)}`);
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const ready =
    replicas === undefined
      ? `${kubectl} wait --for=condition=Ready pod -l ${word(selector.join(','))} ${PATIENCE}`
      : `${kubectl} scale ${deployment} --replicas=${replicas} && ${kubectl} rollout status ${deployment} ${PATIENCE}`;
  const patch = `${kubectl} patch ${word(give.object)} --type=json -p ${word(JSON.stringify(give.patch))}`;
  return oneCommand([ready, '&&', patch]);
}

/** What tells its pods from all others; null where that is more than labels, which no Service can select by. */
export function plainLabels({ deployment }: DeploymentState): Labels | null {
  const { matchLabels = {}, matchExpressions = [] } = deployment.spec.selector;
  return Object.keys(matchLabels).length > 0 && matchExpressions.length === 0 ? matchLabels : null;
}

/** A Service that selects this Deployment and nobody else. */
export function selecting(service: string, slot: DeploymentState) {
  const patch = [{ op: 'add', path: '/spec/selector', value: plainLabels(slot) }];
  return { object: `service/${service}`, patch };
}

/**
 * A route that gives everything to one Service of two. Each place in it is tested first, so that a route that somebody
 * has changed since is left as it is (RFC 6902, "test"). Null where a rule of it names only one of them.
 */
export function weighing(
  name: string,
  { spec }: HttpRoute,
  services: readonly [string, string],
  chosen: string,
) {
  const rules = (spec.rules ?? []).map(({ backendRefs = [] }, rule) =>
    backendRefs.flatMap(({ kind = 'Service', name: service }, ref) =>
      kind === 'Service' && services.includes(service) ? [{ rule, ref, service }] : [],
    ),
  );
  const ours = rules.filter((refs) => refs.length > 0);
  const isWhole = ours.every((refs) => services.every((one) => refs.some(({ service }) => service === one)));
  if (ours.length === 0 || !isWhole) return null;
  const patch = ours.flat().flatMap(({ rule, ref, service }) => {
    const path = `/spec/rules/${rule}/backendRefs/${ref}`;
    return [
      { op: 'test', path: `${path}/name`, value: service },
      { op: 'add', path: `${path}/weight`, value: service === chosen ? 100 : 0 },
    ];
  });
  return { object: `httproute/${name}`, patch };
}
