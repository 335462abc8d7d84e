import { invariant } from '../core/bug.ts';

/**
 * Builds a path whose values cannot change its shape: path`/v1/services/${id}` has three parts whatever the id is.
 * @throws {Bug} for a value that an address has a meaning of its own for, or none at all.
 */
export function path(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return parts.reduce((built, part, index) => built + segment(values[index - 1]) + part);
}

function segment(value: string | number | undefined): string {
  const text = String(value ?? '');
  invariant(text !== '' && text !== '.' && text !== '..', 'a value in a path is empty or made of dots');
  return encodeURIComponent(text);
}
