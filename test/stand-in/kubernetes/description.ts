import { descriptionOf } from '../../support/stand-in/description.ts';
import type { Description } from '../../support/stand-in/index.ts';

type Crd = {
  readonly spec: {
    readonly names: { readonly plural: string; readonly kind: string };
    readonly group: string;
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
};

/**
 * What Kubernetes says of itself, with the custom resources that we use beside it: those have descriptions of their own.
 * Null where any of them is not on this machine.
 */
export function kubernetesDescription(): Description | null {
  const cluster = descriptionOf('kubernetes-v1.35-swagger2.json');
  const route = descriptionOf('gateway-api-httproutes-crd.yaml') as unknown as Crd | null;
  const rollout = descriptionOf('argo-rollouts-rollout-crd.yaml') as unknown as Crd | null;
  if (cluster === null || route === null || rollout === null) return null;
  const definitions = {
    ...(cluster['definitions'] as object),
    // A JSON patch is a list, which the description of a Patch forgets.
    'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': {},
    HTTPRoute: withMetadata(schemaOf(route, 'v1')),
    Rollout: withMetadata(schemaOf(rollout, 'v1alpha1')),
  };
  const paths = { ...cluster.paths, ...pathsOf(route, 'v1'), ...pathsOf(rollout, 'v1alpha1') };
  return { ...cluster, definitions, paths };
}

function schemaOf({ spec }: Crd, version: string): object {
  return spec.versions.find(({ name }) => name === version)?.schema.openAPIV3Schema ?? {};
}

/** `metadata: type: object` of a custom resource stands for what every object has. */
function withMetadata(schema: object): object {
  const { properties, ...rest } = schema as { readonly properties?: object };
  return {
    ...rest,
    properties: {
      ...properties,
      metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
    },
  };
}

function pathsOf({ spec }: Crd, version: string): Description['paths'] {
  const at = `/apis/${spec.group}/${version}/namespaces/{namespace}/${spec.names.plural}/{name}`;
  const answer = { 200: { description: 'OK', schema: { $ref: `#/definitions/${spec.names.kind}` } } };
  const parameters = ['namespace', 'name'].map((name) => ({
    name,
    in: 'path',
    type: 'string',
    required: true,
  }));
  const patch = {
    consumes: ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'],
    parameters: [
      { name: 'body', in: 'body', required: true, schema: {} },
      { name: 'fieldManager', in: 'query', type: 'string' },
    ],
    responses: answer,
  };
  return {
    [at]: { parameters, get: { responses: answer }, patch },
    [`${at}/status`]: { parameters, patch },
  };
}
