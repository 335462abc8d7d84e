import type { Node, RangeVar } from 'libpg-query';
import type { Finding } from '../script.ts';

/** What one statement does; its line is added by whoever knows it. */
export type Said = Omit<Finding, 'line'>;

export function locks(say: string): Said {
  return { kind: 'locks', say };
}
export function rewrites(say: string): Said {
  return { kind: 'rewrites', say };
}
export function destroys(say: string): Said {
  return { kind: 'destroys', say };
}
export function blocksWrites(say: string): Said {
  return { kind: 'blocks-writes', say };
}
export function breaksOld(say: string): Said {
  return { kind: 'breaks-old', say };
}
export function unclear(say: string): Said {
  return { kind: 'unclear', say };
}

/** `users`, `billing.invoices`: as it is written, because two ways to write a name need not mean the same table. */
export function tableName(relation: RangeVar | undefined): string {
  const { schemaname, relname = 'something' } = relation ?? {};
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}

/** The words of a list of names: `billing.invoices` of the two. */
export function dotted(names: readonly Node[] | undefined): string {
  const words = (names ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
  return words.join('.');
}

/** `users and orders`; `users, orders and 3 more`. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(' and ') : `${shown.join(', ')} and ${more} more`;
}
