import type { Node } from './description.ts';

/**
 * Says in JSON Schema what OpenAPI 3.0 and Swagger 2 say in words of their own: `nullable`, limits that are exclusive by
 * a flag, members of one direction only, and patterns of other languages (left out, like every format that is unknown).
 */
export function inJsonSchema(node: unknown, side: 'request' | 'answer'): unknown {
  if (Array.isArray(node)) return node.map((each) => inJsonSchema(each, side));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, inJsonSchema(value, side)] as const);
  const plain: Record<string, unknown> = Object.fromEntries(entries);
  limits(plain);
  pattern(plain);
  required(plain, side === 'request' ? 'readOnly' : 'writeOnly');
  return nullable(plain);
}

function limits(schema: Record<string, unknown>): void {
  for (const [flag, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof schema[flag] !== 'boolean') continue;
    const isExclusive = schema[flag] && schema[limit] !== undefined;
    if (isExclusive) schema[flag] = schema[limit];
    else delete schema[flag];
    if (isExclusive) delete schema[limit];
  }
}

function pattern(schema: Record<string, unknown>): void {
  if (typeof schema['pattern'] !== 'string') return;
  try {
    new RegExp(schema['pattern']);
  } catch {
    delete schema['pattern'];
  }
}

/** What only answers carry is not required of a request, and the other way round. */
function required(schema: Record<string, unknown>, elsewhere: 'readOnly' | 'writeOnly'): void {
  const { required, properties } = schema;
  // A parameter of Swagger 2 is a schema that says so of itself.
  if (typeof required === 'boolean' && typeof schema['in'] === 'string') delete schema['required'];
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return;
  const isElsewhere = (name: string) =>
    ((properties as Node)[name] as Node | undefined)?.[elsewhere] === true;
  schema['required'] = required.filter((name) => !isElsewhere(String(name)));
}

function nullable(schema: Record<string, unknown>): unknown {
  const isNullable = schema['nullable'] === true || schema['x-nullable'] === true;
  // A property may be called so, too.
  if (typeof schema['nullable'] !== 'boolean') return isNullable ? orNull(schema) : schema;
  const { nullable: _, ...rest } = schema;
  return isNullable ? orNull(rest) : rest;
}

function orNull(schema: Record<string, unknown>): unknown {
  return { anyOf: [{ type: 'null' }, schema] };
}
