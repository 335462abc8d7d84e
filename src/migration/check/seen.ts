/**
 * What earlier statements of the same script have made. Nobody uses yet what was made a moment ago, so that nothing done
 * to it locks, breaks or destroys anything for anybody.
 */
export type Seen = {
  readonly tables: Set<string>;
  /** `users.email`. */
  readonly columns: Set<string>;
  /** Columns that a valid constraint keeps from being null: `users.email`. */
  readonly neverNull: Set<string>;
  /** By `users.constraint_name`: the columns that it keeps from being null once it is validated. */
  readonly willNeverBeNull: Map<string, string>;
};

export function nothingSeen(): Seen {
  return { tables: new Set(), columns: new Set(), neverNull: new Set(), willNeverBeNull: new Map() };
}

/** From here on the same names may mean other tables. */
export function forget({ tables, columns, neverNull, willNeverBeNull }: Seen): void {
  for (const each of [tables, columns, neverNull, willNeverBeNull]) each.clear();
}
