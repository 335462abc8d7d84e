import { z } from 'zod';
import { count } from './words.ts';

export type Understood<T> =
  | { readonly kind: 'understood'; readonly value: T }
  | { readonly kind: 'nonsense'; readonly because: string };

/** JSON of the shape that a report has to have; only the fields that are read are asked for. */
export function understand<T>(text: string, Shape: z.ZodType<T>): Understood<T> {
  const read = parse(text);
  if (read === undefined) return { kind: 'nonsense', because: 'it is not JSON, or cut off' };
  const shaped = Shape.safeParse(read);
  if (shaped.success) return { kind: 'understood', value: shaped.data };
  const places = shaped.error.issues.map(({ path }) => path.join('.') || 'the whole of it');
  const more = places.length > 1 ? ` and ${count(places.length - 1, 'other place')}` : '';
  return {
    kind: 'nonsense',
    because: `${(places[0] ?? '').slice(0, 80)}${more} is not what it should be`,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** A whole number that counts something. NaN cannot be written in JSON; null, text and halves are no counts. */
export const Count = z.number().int().min(0).max(1_000_000_000);
