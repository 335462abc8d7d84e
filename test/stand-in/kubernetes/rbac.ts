import type { Call } from '../../support/stand-in/index.ts';

/** One thing that a Role has to allow: `get` of `deployments` in `apps`. */
export type Use = { readonly group: string; readonly resource: string; readonly verb: string };

export type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
};

export function rightOf({ method, path }: Pick<Call, 'method' | 'path'>): Use {
  const [, group = ''] = /^\/apis\/([^/]+)\//.exec(path) ?? [];
  const [kind = '', name, sub] = path.replace(/^.*\/namespaces\/[^/]+\//, '').split('/');
  const resource = sub === undefined ? kind : `${kind}/${sub}`;
  if (method === 'GET') return { group, resource, verb: name === undefined ? 'list' : 'get' };
  return {
    group,
    resource,
    verb: { PATCH: 'patch', POST: 'create', PUT: 'update', DELETE: 'delete' }[method] ?? method,
  };
}

export function allows(rules: readonly Rule[], { group, resource, verb }: Use): boolean {
  return rules.some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.includes(group) && resources.includes(resource) && verbs.includes(verb),
  );
}
