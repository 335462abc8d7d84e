import type { Node } from 'libpg-query';
import { alterTable } from './alter-table.ts';
import {
  alterEnum,
  createFunction,
  createIndex,
  createTable,
  createTableAs,
  createTrigger,
  createView,
} from './make.ts';
import { type ByKind, lookUp } from './nodes.ts';
import { type Said, tableName, unclear } from './say.ts';
import { forget, type Seen } from './seen.ts';
import { cluster, drop, dropOwned, lockTable, refresh, reindex, rename, truncate, vacuum } from './take.ts';
import { alterSequence, deleteRows, insertRows, select, setVariable, updateRows } from './write.ts';

const harmless = (): readonly Said[] => [];

/** What each kind of statement does. Whatever is not in here is unclear. */
const rules: ByKind<[Seen], readonly Said[]> = {
  AlterTableStmt: alterTable,
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAs,
  IndexStmt: createIndex,
  ViewStmt: createView,
  CreateFunctionStmt: createFunction,
  CreateTrigStmt: createTrigger,
  AlterEnumStmt: alterEnum,
  DropStmt: drop,
  DropOwnedStmt: dropOwned,
  RenameStmt: rename,
  TruncateStmt: truncate,
  VacuumStmt: vacuum,
  ClusterStmt: cluster,
  ReindexStmt: reindex,
  RefreshMatViewStmt: refresh,
  LockStmt: lockTable,
  DeleteStmt: deleteRows,
  UpdateStmt: updateRows,
  SelectStmt: select,
  InsertStmt: insertRows,
  CreateSeqStmt: harmless,
  AlterSeqStmt: alterSequence,
  CreateEnumStmt: harmless,
  CompositeTypeStmt: harmless,
  CreateDomainStmt: harmless,
  CreateSchemaStmt: harmless,
  CreateExtensionStmt: harmless,
  CreateStatsStmt: harmless,
  CommentStmt: harmless,
  VariableSetStmt: setVariable,
  CreateRoleStmt: harmless,
  GrantStmt: ({ is_grant }) =>
    is_grant === true ? [] : [unclear('rights are taken away that the old version may need')],
  CreatePolicyStmt: ({ table }) => [
    unclear(`which rows of ${tableName(table)} the old version may see changes`),
  ],
  AlterPolicyStmt: ({ table }) => [
    unclear(`which rows of ${tableName(table)} the old version may see changes`),
  ],
  DoStmt: (_, seen) => code(seen, 'a block of code (DO)'),
  CallStmt: (_, seen) => code(seen, 'a procedure (CALL)'),
};

/** It may do anything, also change where names are looked up. */
function code(seen: Seen, what: string): readonly Said[] {
  forget(seen);
  return [unclear(`nobody can tell what ${what} does`)];
}

/** What one statement does to whoever uses the database. */
export function judgeStatement(statement: Node, seen: Seen): readonly Said[] {
  const said = lookUp(rules, statement, seen);
  if (said !== null)
    return [...said, ...inside(Object.values(statement)).flatMap((each) => judgeStatement(each, seen))];
  const [kind = ''] = Object.keys(statement);
  return [unclear(`nobody can tell whether the old version works with it (${words(kind)})`)];
}

/** What stands in a WITH clause writes as well as what stands alone. */
function inside(body: unknown): readonly Node[] {
  if (Array.isArray(body)) return body.flatMap(inside);
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    key === 'ctequery' ? [value as Node] : inside(value),
  );
}

/** `AlterOwnerStmt` → `alter owner`. */
function words(kind: string): string {
  return kind
    .replace(/Stmt$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}
