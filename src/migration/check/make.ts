import type {
  AlterEnumStmt,
  CreateFunctionStmt,
  CreateStmt,
  CreateTableAsStmt,
  CreateTrigStmt,
  IndexStmt,
  ViewStmt,
} from 'libpg-query';
import { blocksWrites, breaksOld, dotted, type Said, tableName, unclear } from './say.ts';
import type { Seen } from './seen.ts';
import { strangeCalls } from './write.ts';

/** A table that was not there bothers nobody; one that refers to others locks those for a moment. */
export function createTable(
  { relation, tableElts, inhRelations, partbound, if_not_exists, oncommit }: CreateStmt,
  seen: Seen,
): readonly Said[] {
  const table = tableName(relation);
  // Where it may be there already, somebody may use it already; one that goes by itself leaves its name to another.
  if (if_not_exists !== true && oncommit !== 'ONCOMMIT_DROP') seen.tables.add(table);
  const parents = partbound === undefined ? [] : (inhRelations ?? []);
  return [
    ...parents.flatMap((node) =>
      'RangeVar' in node && !seen.tables.has(tableName(node.RangeVar))
        ? [blocksWrites(`${tableName(node.RangeVar)} is locked for a moment, because a part is added to it`)]
        : [],
    ),
    ...referring(table, tableElts, seen),
  ];
}

/** Whatever refers to a table that is in use keeps others from writing that one for a moment. */
export function referring(table: string, definition: unknown, seen: Seen): readonly Said[] {
  return foreignTables(definition)
    .filter((other) => !seen.tables.has(other))
    .map((other) => blocksWrites(`nobody can write ${other} for a moment, because ${table} refers to it`));
}

function foreignTables(node: unknown): string[] {
  if (Array.isArray(node)) return [...new Set(node.flatMap(foreignTables))];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'pktable' ? [tableName(value)] : foreignTables(value),
  );
}

export function createTableAs(
  { into, query, if_not_exists }: CreateTableAsStmt,
  seen: Seen,
): readonly Said[] {
  const calls = strangeCalls(query, seen);
  if (if_not_exists !== true && into?.onCommit !== 'ONCOMMIT_DROP') seen.tables.add(tableName(into?.rel));
  return calls;
}

export function createIndex(
  { relation, concurrent, unique, idxname }: IndexStmt,
  seen: Seen,
): readonly Said[] {
  const table = tableName(relation);
  if (seen.tables.has(table)) return [];
  return [
    ...(concurrent === true
      ? []
      : [blocksWrites(`nobody can write ${table} while the index is built; CONCURRENTLY lets them`)]),
    ...(unique === true
      ? [
          unclear(
            `the old version may write rows that ${table} takes no more: ${idxname ?? 'the index'} is unique`,
          ),
        ]
      : []),
  ];
}

export function createView({ view, replace }: ViewStmt): readonly Said[] {
  return replace === true
    ? [unclear(`the view ${tableName(view)} changes, which the old version may read`)]
    : [];
}

export function createFunction({ funcname, replace }: CreateFunctionStmt): readonly Said[] {
  return replace === true
    ? [unclear(`the function ${dotted(funcname)} may change, which the old version may call`)]
    : [];
}

export function createTrigger({ relation, trigname }: CreateTrigStmt, seen: Seen): readonly Said[] {
  const table = tableName(relation);
  if (seen.tables.has(table)) return [];
  return [
    blocksWrites(`nobody can write ${table} for a moment (SHARE ROW EXCLUSIVE)`),
    unclear(`the trigger ${trigname} runs from now on when the old version writes ${table}`),
  ];
}

export function alterEnum({ typeName, oldVal, newVal }: AlterEnumStmt): readonly Said[] {
  if (oldVal === undefined || oldVal === '') return [];
  return [breaksOld(`the value ${oldVal} of ${dotted(typeName)} is called ${newVal} from now on`)];
}
