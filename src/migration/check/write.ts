import type { DeleteStmt, InsertStmt, Node, SelectStmt, UpdateStmt, VariableSetStmt } from 'libpg-query';
import { everyFunction } from './expression.ts';
import { destroys, rewrites, type Said, tableName, unclear } from './say.ts';
import { forget, type Seen } from './seen.ts';

export function deleteRows({ relation, whereClause }: DeleteStmt, seen: Seen): readonly Said[] {
  const table = tableName(relation);
  if (seen.tables.has(table)) return [];
  return whereClause === undefined
    ? [destroys(`every row of ${table} goes for good: there is no WHERE`)]
    : [unclear(`rows of ${table} go, and only a backup brings them back`)];
}

/** Filling what the same script has added is what expanding is; anything else changes what the old version wrote. */
export function updateRows({ relation, targetList, whereClause }: UpdateStmt, seen: Seen): readonly Said[] {
  const table = tableName(relation);
  if (seen.tables.has(table)) return [];
  const columns = (targetList ?? []).map((node: Node) =>
    'ResTarget' in node ? (node.ResTarget.name ?? '') : '',
  );
  const old = columns.filter((column) => !seen.columns.has(`${table}.${column}`));
  return [
    ...(whereClause === undefined
      ? [
          rewrites(
            `every row of ${table} is written anew: there is no WHERE, and whoever writes one of them waits`,
          ),
        ]
      : []),
    ...(old.length === 0
      ? []
      : [unclear(`what is in ${old.map((column) => `${table}.${column}`).join(', ')} is overwritten`)]),
  ];
}

/** Functions that only say how the rest of the script is to be read. */
const harmless: ReadonlySet<string> = new Set([
  'set_config',
  'setval',
  'now',
  'count',
  'max',
  'coalesce',
  'nextval',
]);

export function select(statement: SelectStmt, seen: Seen): readonly Said[] {
  if (everyFunction(statement).includes('set_config')) forget(seen);
  const unknown = everyFunction(statement).filter((name) => !harmless.has(name));
  return unknown.length === 0 && statement.intoClause === undefined
    ? []
    : [unclear(`nobody can tell what ${[...new Set(unknown)].join(', ') || 'this'} does`)];
}

export function insertRows({ relation, onConflictClause }: InsertStmt, seen: Seen): readonly Said[] {
  const table = tableName(relation);
  const isWriting = onConflictClause?.action === 'ONCONFLICT_UPDATE' && !seen.tables.has(table);
  return isWriting ? [unclear(`rows of ${table} that are there already are overwritten`)] : [];
}

export function setVariable({ name }: VariableSetStmt, seen: Seen): readonly Said[] {
  if (name === 'search_path' || name === undefined) forget(seen);
  return [];
}
