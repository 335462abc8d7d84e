import type { Constraint } from 'libpg-query';
import { notNullColumns } from './expression.ts';
import { blocksWrites, rewrites, type Said, tableName, unclear } from './say.ts';
import type { Seen } from './seen.ts';

/** A new rule for a table that is in use. */
export function constraint(table: string, added: Constraint, seen: Seen): readonly Said[] {
  const { contype, skip_validation, indexname } = added;
  const said = rule(table, added);
  remember(table, added, seen);
  const isLater = skip_validation === true;
  if (contype === 'CONSTR_FOREIGN') {
    const other = tableName(added.pktable);
    const lock = isLater
      ? `nobody can write ${table} or ${other} for a moment (SHARE ROW EXCLUSIVE)`
      : `nobody can write ${table} or ${other} while every row of ${table} is checked (SHARE ROW EXCLUSIVE); NOT VALID and VALIDATE later would not`;
    return [blocksWrites(lock), said];
  }
  if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_NOTNULL') {
    if (isLater) return [said];
    const why = `every row of ${table} is checked while nobody can use it; NOT VALID and VALIDATE later would not`;
    return [rewrites(why), said];
  }
  if (indexname !== undefined) return [said];
  return [rewrites(`an index over every row of ${table} is built while nobody can use it`), said];
}

function rule(table: string, { conname, contype }: Constraint): Said {
  const word = contype?.replace('CONSTR_', '').toLowerCase() ?? 'some';
  const name = conname === undefined ? '' : ` (${conname})`;
  return unclear(`the old version may write rows that ${table} takes no more: a ${word} rule${name} is new`);
}

function remember(table: string, { contype, conname, raw_expr, skip_validation }: Constraint, seen: Seen) {
  if (contype !== 'CONSTR_CHECK') return;
  for (const column of notNullColumns(raw_expr)) {
    if (skip_validation === true) seen.willNeverBeNull.set(`${table}.${conname}`, `${table}.${column}`);
    else seen.neverNull.add(`${table}.${column}`);
  }
}

/** Reads every row, and lets others read and write meanwhile. */
export function validate(table: string, name: string, seen: Seen): readonly Said[] {
  const column = seen.willNeverBeNull.get(`${table}.${name}`);
  if (column !== undefined) seen.neverNull.add(column);
  return [];
}

export function dropConstraint(table: string, name: string, seen: Seen): readonly Said[] {
  // Which column it was that kept the promise is not looked for: none of this table counts any more.
  for (const column of seen.neverNull) if (column.startsWith(`${table}.`)) seen.neverNull.delete(column);
  return [unclear(`${table} loses its rule ${name}, which the old version may rely on`)];
}
