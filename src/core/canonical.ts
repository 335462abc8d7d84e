import { createHash } from 'node:crypto';
import { Bug } from './bug.ts';

/**
 * One text for one value, whatever the order its keys were written in: RFC 8785 for the JSON that we use.
 * @throws {Bug} for what JSON cannot say, so that nothing drops out of a hash unnoticed.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    const members = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
  }
  throw new Bug(`${typeof value} has no canonical form`);
}

/** SHA-256 in hex. The prefix says what kind of thing is hashed, so that no hash can stand for another kind. */
export function hashOf(kind: string, value: unknown): string {
  return digestOf(`${kind}\n${canonical(value)}`);
}

/** SHA-256 of a text as UTF-8, in hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
