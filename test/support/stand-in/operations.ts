import { type Description, follow, type Node, step } from './description.ts';

/** One method of one path of a description. */
export type Operation = {
  readonly pointer: string;
  readonly node: Node;
  /** `/services/{serviceId}/deploys`. */
  readonly template: string;
  readonly pathValues: Readonly<Record<string, string>>;
  readonly parameters: readonly Parameter[];
};

export type Parameter = { readonly pointer: string; readonly node: Node };

/** Finds the operation that a request means: the template with the most letters of its own wins. */
export function operationsOf(
  description: Description,
): (method: string, path: string) => Operation | undefined {
  const templates = Object.keys(description.paths).map((template) => ({
    template,
    shape: shapeOf(template),
    weight: template.replace(/\{[^}]+\}/g, '').length,
  }));
  const heaviestFirst = templates.toSorted((a, b) => b.weight - a.weight);
  return (method, path) => {
    for (const { template, shape } of heaviestFirst) {
      const match = shape.expression.exec(path);
      const here = `/paths${step(template)}`;
      const found = match === null ? undefined : follow(description, `${here}${step(method.toLowerCase())}`);
      if (match === null || found === undefined) continue;
      const values = shape.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]);
      const parameters = [`${here}/parameters`, `${found.pointer}/parameters`];
      return {
        ...found,
        template,
        pathValues: Object.fromEntries(values),
        parameters: parameters.flatMap((pointer) => parametersAt(description, pointer)),
      };
    }
    return undefined;
  };
}

function parametersAt(description: Description, pointer: string): Parameter[] {
  const list = follow(description, pointer)?.node;
  const count = Array.isArray(list) ? list.length : 0;
  return Array.from({ length: count }, (_, index) => follow(description, `${pointer}${step(index)}`)).filter(
    (each) => each !== undefined,
  );
}

function shapeOf(template: string) {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
  const source = template
    .split(/\{[^}]+\}/)
    .map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .reduce((whole, literal, index) => {
      // GitHub's files lie below their last part, however deep.
      const isDeep = index === names.length && names.at(-1) === 'path' && literal === '';
      return `${whole}${isDeep ? '(.+)' : '([^/]+)'}${literal}`;
    });
  return { names, expression: new RegExp(`^${source}$`) };
}
