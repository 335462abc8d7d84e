/**
 * The three ways of changing an object that an API server knows. Strategic merge as
 * `k8s.io/apimachinery/pkg/util/strategicpatch` does it, for the lists that a pod's template has.
 */
type Json = unknown;
type Node = Record<string, Json>;

/** Lists that are merged by a key; every other list is replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  ownerReferences: 'uid',
};

export class PatchRefused extends Error {}

/** RFC 7386: null takes away, everything else is put over it, and what is not named stays. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isNode(patch)) return patch;
  const result: Node = isNode(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

export function strategicPatch(target: Json, patch: Json, key = ''): Json {
  if (Array.isArray(patch)) return strategicList(target, patch, key);
  if (!isNode(patch)) return patch;
  const { $patch: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  const result: Node = isNode(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(rest)) {
    if (value === null) delete result[name];
    else result[name] = strategicPatch(result[name], value, name);
  }
  return result;
}

function strategicList(target: Json, patch: readonly Json[], key: string): Json {
  const mergeKey = MERGE_KEYS[key];
  if (mergeKey === undefined || !Array.isArray(target))
    return patch.map((each) => strategicPatch(undefined, each));
  const result = [...(target as Node[])];
  for (const item of patch as Node[]) {
    const at = result.findIndex((each) => each[mergeKey] === item[mergeKey]);
    if (item['$patch'] === 'delete') {
      if (at !== -1) result.splice(at, 1);
    } else if (at === -1) result.push(strategicPatch(undefined, item) as Node);
    else result[at] = strategicPatch(result[at], item) as Node;
  }
  return result;
}

/** RFC 6902, for add, replace, remove and test. @throws {PatchRefused} */
export function jsonPatch(target: Json, operations: readonly Json[]): Json {
  const root = structuredClone(target);
  for (const each of operations) {
    const { op, path, value } = each as { op: string; path: string; value: Json };
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Json>((node, key) => (node as Node | undefined)?.[key], root) as
      | Node
      | undefined;
    if (parent === undefined || parent === null)
      throw new PatchRefused(`${op} ${path}: there is no such place`);
    const isThere = Object.hasOwn(parent, last);
    if (op !== 'add' && !isThere) throw new PatchRefused(`${op} ${path}: there is nothing there`);
    if (op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(value)) {
      throw new PatchRefused(`test ${path} failed`);
    }
    if (op === 'remove') delete parent[last];
    if (op === 'add' || op === 'replace') parent[last] = value;
  }
  return root;
}

function isNode(value: Json): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
