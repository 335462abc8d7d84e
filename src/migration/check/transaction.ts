import type { Node, ReindexStmt } from 'libpg-query';
import { type ByKind, lookUp } from './nodes.ts';

/**
 * Why a statement cannot be part of a transaction; null where it can. `ALTER TYPE … ADD VALUE` could be, but what it
 * adds could not be used in the same one.
 */
export function whyAlone(statement: Node): string | null {
  return lookUp(alone, statement);
}

const alone: ByKind<[], string | null> = {
  IndexStmt: ({ concurrent }) => (concurrent === true ? 'CREATE INDEX CONCURRENTLY' : null),
  DropStmt: ({ concurrent }) => (concurrent === true ? 'DROP INDEX CONCURRENTLY' : null),
  VacuumStmt: ({ is_vacuumcmd }) => (is_vacuumcmd === true ? 'VACUUM' : null),
  AlterEnumStmt: ({ oldVal = '' }) => (oldVal === '' ? 'ALTER TYPE … ADD VALUE' : null),
  AlterTableStmt: (statement) =>
    JSON.stringify(statement).includes('"concurrent":true') ? 'DETACH PARTITION CONCURRENTLY' : null,
  ReindexStmt: aloneReindex,
  ClusterStmt: ({ relation }) => (relation === undefined ? 'CLUSTER' : null),
  CreateTableSpaceStmt: () => 'CREATE TABLESPACE',
  DropTableSpaceStmt: () => 'DROP TABLESPACE',
  CreateSubscriptionStmt: () => 'CREATE SUBSCRIPTION',
  DropSubscriptionStmt: () => 'DROP SUBSCRIPTION',
  AlterSubscriptionStmt: () => 'ALTER SUBSCRIPTION',
};

/**
 * `CONCURRENTLY` waits for every transaction that began before it, by a lock on each, while all others go on reading and
 * writing (SHARE UPDATE EXCLUSIVE): see “Building Indexes Concurrently” in Postgres's manual, CREATE INDEX. A limit of time
 * for locks would end it behind any transaction that is longer, and leave an index behind that is INVALID.
 */
export function isPatient(statement: Node): boolean {
  return /^(?:CREATE INDEX|DROP INDEX|REINDEX) CONCURRENTLY$/.test(whyAlone(statement) ?? '');
}

function aloneReindex({ kind, params }: ReindexStmt): string | null {
  const isConcurrent = (params ?? []).some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
  );
  if (isConcurrent) return 'REINDEX CONCURRENTLY';
  return kind === 'REINDEX_OBJECT_INDEX' || kind === 'REINDEX_OBJECT_TABLE' ? null : 'REINDEX';
}

/** Why nothing of the kind may stand in a script of ours; null where it may. */
export function whyRefused(statement: Node): string | null {
  return lookUp(refused, statement);
}

const refused: ByKind<[], string> = {
  TransactionStmt: () =>
    'it begins or ends a transaction in the middle; leave that out, because each migration is one where that is possible',
  CopyStmt: ({ filename }) =>
    filename === undefined
      ? 'it copies rows from or to the one who runs it (COPY), which a script cannot carry; use INSERT'
      : 'it reads or writes files of the database server (COPY)',
  CreatedbStmt: () => 'it makes a database, and a migration changes the one that it is for',
  DropdbStmt: () => 'it drops a whole database',
  AlterSystemStmt: () => 'it changes the whole server (ALTER SYSTEM)',
  DiscardStmt: () => 'it throws away what the connection holds, by which others are kept out (DISCARD)',
};

/** One of a special kind is no usual one, and is not left out. */
export function isBegin(statement: Node): boolean {
  if (!('TransactionStmt' in statement)) return false;
  const { kind = '', options = [] } = statement.TransactionStmt;
  return ['TRANS_STMT_BEGIN', 'TRANS_STMT_START'].includes(kind) && options.length === 0;
}

export function isCommit(statement: Node): boolean {
  if (!('TransactionStmt' in statement)) return false;
  const { kind, chain } = statement.TransactionStmt;
  return kind === 'TRANS_STMT_COMMIT' && chain !== true;
}
