import { descriptionOf } from '../support/stand-in/description.ts';
import type { Description } from '../support/stand-in/index.ts';

const known = new Map<string, Description | null>();

/**
 * An official description in which `oneOf` asks for at least one: Render's and Vercel's list variants of which one holds
 * all that another one has, so that nothing they send themselves would match exactly one. Null where it is not here.
 */
export function anyOfDescription(file: string): Description | null {
  if (!known.has(file)) {
    const description = descriptionOf(file);
    known.set(file, description === null ? null : (loosened(description) as Description));
  }
  return known.get(file) ?? null;
}

function loosened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(loosened);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key === 'oneOf' && Array.isArray(value) ? 'anyOf' : key,
      loosened(value),
    ]),
  );
}
