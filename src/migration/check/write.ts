import type {
  AlterSeqStmt,
  DeleteStmt,
  InsertStmt,
  Node,
  SelectStmt,
  UpdateStmt,
  VariableSetStmt,
} from 'libpg-query';
import { everyFunction, strangeFunctions } from './expression.ts';
import { destroys, rewrites, type Said, tableName, unclear } from './say.ts';
import { forget, type Seen } from './seen.ts';

export function deleteRows(statement: DeleteStmt, seen: Seen): readonly Said[] {
  const { relation, whereClause } = statement;
  const table = tableName(relation);
  const isNew = seen.tables.has(table);
  const calls = strangeCalls(statement, seen);
  if (isNew) return calls;
  return isEverything(whereClause)
    ? [...calls, destroys(`every row of ${table} goes for good: there is no WHERE`)]
    : [...calls, unclear(`rows of ${table} go, and only a backup brings them back`)];
}

/** No condition, or one that is `true`. */
function isEverything(condition: Node | undefined): boolean {
  if (condition === undefined) return true;
  return 'A_Const' in condition && condition.A_Const.boolval?.boolval === true;
}

/** Filling what the same script has added is what expanding is; anything else changes what the old version wrote. */
export function updateRows(statement: UpdateStmt, seen: Seen): readonly Said[] {
  const { relation, targetList, whereClause } = statement;
  const table = tableName(relation);
  const calls = strangeCalls(statement, seen);
  if (seen.tables.has(table)) return calls;
  const columns = (targetList ?? []).map((node: Node) =>
    'ResTarget' in node ? (node.ResTarget.name ?? '') : '',
  );
  const old = columns.filter((column) => !seen.columns.has(`${table}.${column}`));
  return [
    ...calls,
    ...(isEverything(whereClause)
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

/** What nobody knows may do anything, also change where names are looked up. */
export function strangeCalls(statement: unknown, seen: Seen): readonly Said[] {
  if (everyFunction(statement).includes('set_config')) forget(seen);
  const strange = strangeFunctions(statement);
  if (strange.length === 0) return [];
  forget(seen);
  return [unclear(`nobody can tell what ${strange.join(', ')} does`)];
}

export function select(statement: SelectStmt, seen: Seen): readonly Said[] {
  const calls = strangeCalls(statement, seen);
  return statement.intoClause === undefined ? calls : [...calls, unclear('nobody can tell what this makes')];
}

export function insertRows(statement: InsertStmt, seen: Seen): readonly Said[] {
  const { relation, onConflictClause } = statement;
  const table = tableName(relation);
  const isWriting = onConflictClause?.action === 'ONCONFLICT_UPDATE' && !seen.tables.has(table);
  return [
    ...strangeCalls(statement, seen),
    ...(isWriting ? [unclear(`rows of ${table} that are there already are overwritten`)] : []),
  ];
}

/** Settings after which the same names may mean other tables; left out: all of them. */
const moving: ReadonlySet<string | undefined> = new Set([
  undefined,
  'search_path',
  'role',
  'session_authorization',
]);

export function setVariable({ name }: VariableSetStmt, seen: Seen): readonly Said[] {
  if (moving.has(name)) forget(seen);
  return name === 'session_replication_role'
    ? [unclear('triggers and references are not looked at from here on (session_replication_role)')]
    : [];
}

/** Whose it is to be is all that may change of a sequence without anybody noticing. */
export function alterSequence({ sequence, options }: AlterSeqStmt): readonly Said[] {
  const isHarmless = (options ?? []).every(
    (node) => 'DefElem' in node && node.DefElem.defname === 'owned_by',
  );
  return isHarmless ? [] : [unclear(`the sequence ${tableName(sequence)} goes on otherwise than before`)];
}
