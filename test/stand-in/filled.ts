import { descriptionOf, follow, type Node, step } from '../support/stand-in/description.ts';

/**
 * What an official description demands of an answer besides what a stand-in has to say: GitHub's answers carry hundreds of
 * fields that nobody here reads. Without the description it is what was given, and nothing else.
 */
export function filledFrom(
  file: string,
  method: string,
  template: string,
  status: number,
  given: unknown,
): unknown {
  const description = descriptionOf(file);
  if (description === null) return given;
  const content = `/paths${step(template)}/${method.toLowerCase()}/responses/${status}`;
  const response = follow(description, content);
  const schema = `${response?.pointer ?? content}/content${step('application/json')}/schema`;
  return fill((pointer) => follow(description, pointer), schema, given);
}

type Follow = (pointer: string) => { readonly pointer: string; readonly node: Node } | undefined;

function fill(read: Follow, pointer: string, given: unknown, depth = 0): unknown {
  const found = read(pointer);
  if (found === undefined || depth > 12) return given;
  const { node } = found;
  if (given === null) return null;
  if (Array.isArray(given)) return given.map((one) => fill(read, `${found.pointer}/items`, one, depth + 1));
  if (given !== undefined && typeof given !== 'object') return given;
  const variants = ['oneOf', 'anyOf'].find((key) => Array.isArray(node[key]));
  if (given === undefined && node['nullable'] === true) return null;
  if (variants !== undefined)
    return fill(
      read,
      `${found.pointer}/${variants}/${fittingVariant(read, found, variants, given)}`,
      given,
      depth + 1,
    );
  if (Array.isArray(node['allOf'])) {
    const parts = node['allOf'].map((_, index) =>
      fill(read, `${found.pointer}/allOf/${index}`, given, depth + 1),
    );
    return parts.reduce((all, one) => Object.assign(Object(all), one), {});
  }
  if (given === undefined && node['type'] !== 'object' && node['properties'] === undefined)
    return plain(node);
  return fillObject(read, found, Object(given ?? {}), depth);
}

/** Of several shapes the one that was meant is the one that says the same `type`. */
function fittingVariant(
  read: Follow,
  found: { pointer: string; node: Node },
  key: string,
  given: unknown,
): number {
  const type = (given as { type?: unknown } | undefined)?.type;
  const variants = found.node[key] as unknown[];
  const index = variants.findIndex((_, at) => {
    const variant = read(`${found.pointer}/${key}/${at}`)?.pointer;
    const said = read(`${variant}/properties/type`)?.node['enum'];
    return Array.isArray(said) && said.includes(type);
  });
  return Math.max(index, 0);
}

function fillObject(
  read: Follow,
  { pointer, node }: { pointer: string; node: Node },
  given: Node,
  depth: number,
): unknown {
  const required = (node['required'] ?? []) as string[];
  const names = new Set([...required, ...Object.keys(given)]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      fill(read, `${pointer}/properties${step(name)}`, given[name], depth + 1),
    ]),
  );
}

function plain(node: Node): unknown {
  const [first] = (node['enum'] ?? []) as unknown[];
  if (first !== undefined) return first;
  switch (node['type']) {
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return node['minimum'] ?? 1;
    default:
      return node['format'] === 'date-time' ? '2026-11-01T00:00:00Z' : 'https://github.example/nothing';
  }
}
