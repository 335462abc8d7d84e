import { z } from 'zod';
import { closest } from '../core/closest.ts';
import { redact } from '../http/redact.ts';
import { REFERENCE_RULE } from '../secret/index.ts';
import { type Finding, keyPath } from './finding.ts';
import type { Tree } from './yaml.ts';

type Path = readonly (string | number)[];

/** What a schema had against a file, in our words, each with its place and what was probably meant. */
export function findingsFrom(error: z.ZodError, schema: z.ZodType, tree: Tree, file: string): Finding[] {
  return error.issues.flatMap((issue) => findingFrom(deepest(issue), schema, tree, file));
}

/** Of a choice between shapes, the shape that came furthest says what is wrong. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return deepest({ ...inner, path: [...issue.path, ...inner.path] });
}

function findingFrom(issue: z.core.$ZodIssue, schema: z.ZodType, tree: Tree, file: string): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const keys = keysAt(schema, path).filter(
        (known) => !Object.hasOwn(Object(at(tree.value, path)), known),
      );
      return finding(
        tree,
        file,
        [...path, key],
        'key',
        'is not a key that belongs here.',
        closest(key, keys),
      );
    });
  }
  if (issue.code === 'invalid_key') {
    return [finding(tree, file, path, 'key', `${issue.issues[0]?.message ?? 'is not a name'}.`, [])];
  }
  const given = at(tree.value, path);
  if (given === undefined) return [finding(tree, file, path, 'value', 'is missing.', [])];
  if (issue.message === REFERENCE_RULE) return [finding(tree, file, path, 'value', `${REFERENCE_RULE}.`, [])];
  const meant =
    issue.code === 'invalid_value' && typeof given === 'string'
      ? closest(given, issue.values.map(String))
      : [];
  return [finding(tree, file, path, 'value', `${expectation(issue)}, not ${shown(given)}.`, meant)];
}

function finding(
  tree: Tree,
  file: string,
  path: Path,
  which: 'key' | 'value',
  message: string,
  meant: readonly string[],
): Finding {
  return { file, ...tree.place(path, which), key: keyPath(path), message, meant };
}

const shapes = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a group of keys'],
  ['record', 'a group of names'],
]);

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${shapes.get(issue.expected) ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return `must be ${sized(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${sized(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function sized(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'of a length of ' : '';
}

/** A short word for what was given, and nothing of it when it could be a secret. */
function shown(given: unknown): string {
  if (given === null) return 'nothing';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return 'a group of keys';
  const text = redact(String(given));
  const isSecretive = typeof given === 'string' && given.length > 40;
  return isSecretive ? `${given.length} characters of text` : JSON.stringify(text);
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** The keys that a schema knows at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const def = schema._zod.def as unknown as Record<string, unknown>;
  for (const inner of ['innerType', 'in'] as const) {
    if (def[inner] instanceof z.core.$ZodType) return keysAt(def[inner], path);
  }
  const [first, ...rest] = path;
  const shape = def['shape'] as Record<string, z.core.$ZodType> | undefined;
  if (first === undefined) return shape === undefined ? [] : Object.keys(shape);
  const next = shape === undefined ? (def['valueType'] ?? def['element']) : shape[String(first)];
  return next instanceof z.core.$ZodType ? keysAt(next, rest) : [];
}
