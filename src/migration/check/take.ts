import type {
  ClusterStmt,
  DropStmt,
  LockStmt,
  Node,
  RefreshMatViewStmt,
  ReindexStmt,
  RenameStmt,
  TruncateStmt,
  VacuumStmt,
} from 'libpg-query';
import {
  blocksWrites,
  breaksOld,
  destroys,
  dotted,
  locks,
  named,
  type Said,
  tableName,
  unclear,
} from './say.ts';
import type { Seen } from './seen.ts';

const holdsRows: ReadonlySet<string> = new Set(['table', 'matview', 'sequence', 'schema', 'foreign_table']);
/** What `seen` keeps by name: a function or a schema may be called like a new table without being new. */
const isTable: ReadonlySet<string> = new Set(['table', 'matview', 'foreign_table']);

export function drop({ objects, removeType, concurrent, behavior }: DropStmt, seen: Seen): readonly Said[] {
  const word = removeType?.replace('OBJECT_', '').toLowerCase() ?? 'something';
  const isNew = (name: string) => isTable.has(word) && seen.tables.delete(name);
  const names = (objects ?? []).map(objectName).filter((name) => !isNew(name));
  if (names.length === 0) return [];
  const what = `${word.replaceAll('_', ' ')} ${named(names)}`;
  const cascade =
    behavior === 'DROP_CASCADE'
      ? [destroys(`with the ${what} goes everything that depends on it (CASCADE)`)]
      : [];
  if (word === 'index') {
    return [
      ...(concurrent === true
        ? []
        : [locks(`nobody can read or write the table of ${named(names)} for a moment (ACCESS EXCLUSIVE)`)]),
      unclear(`the old version may need the ${what} to be unique (ON CONFLICT), or fast`),
      ...cascade,
    ];
  }
  return [
    locks(`nobody can use the ${what} while this runs (ACCESS EXCLUSIVE)`),
    ...(holdsRows.has(word) ? [destroys(`the ${what} and all that is in it goes for good`)] : []),
    breaksOld(`the old version may still use the ${what}`),
    ...cascade,
  ];
}

function objectName(node: Node): string {
  if ('List' in node) return dotted(node.List.items);
  if ('String' in node) return node.String.sval ?? 'something';
  if ('TypeName' in node) return dotted(node.TypeName.names);
  return 'ObjectWithArgs' in node ? dotted(node.ObjectWithArgs.objname) : 'something';
}

export function rename(statement: RenameStmt, seen: Seen): readonly Said[] {
  const { renameType, relation, object, subname = '', newname = 'something' } = statement;
  if (renameType === 'OBJECT_INDEX') return [];
  if (relation === undefined)
    return [renamed(subname || (object ? objectName(object) : 'something'), newname)];
  const table = tableName(relation);
  if (seen.tables.has(table)) {
    if (subname === '') {
      seen.tables.delete(table);
      seen.tables.add(tableName({ ...relation, relname: newname }));
    }
    return [];
  }
  const name = subname === '' ? table : `${table}.${subname}`;
  return [
    locks(`nobody can read or write ${table} for a moment (ACCESS EXCLUSIVE)`),
    renameType === 'OBJECT_TABCONSTRAINT'
      ? unclear(`the rule ${name} is called ${newname} from now on, which the old version may name`)
      : renamed(name, newname),
  ];
}

function renamed(from: string, to: string): Said {
  return breaksOld(`${from} is called ${to} from now on, and the old version asks for ${from}`);
}

export function dropOwned(): readonly Said[] {
  return [
    destroys('everything that belongs to somebody goes for good (DROP OWNED)'),
    breaksOld('the old version may use what goes'),
  ];
}

export function truncate({ relations, behavior }: TruncateStmt, seen: Seen): readonly Said[] {
  const names = (relations ?? [])
    .flatMap((node) => ('RangeVar' in node ? [tableName(node.RangeVar)] : []))
    .filter((name) => !seen.tables.has(name));
  if (names.length === 0) return [];
  const more = behavior === 'DROP_CASCADE' ? ', and of every table that refers to it (CASCADE)' : '';
  return [
    locks(`nobody can read or write ${named(names)} while this runs (ACCESS EXCLUSIVE)`),
    destroys(`every row of ${named(names)} goes for good${more}`),
  ];
}

export function vacuum({ options, is_vacuumcmd }: VacuumStmt): readonly Said[] {
  const isFull = (options ?? []).some((node) => 'DefElem' in node && node.DefElem.defname === 'full');
  return is_vacuumcmd === true && isFull
    ? [locks('nobody can read or write the table while all of it is written anew (VACUUM FULL)')]
    : [];
}

export function cluster({ relation }: ClusterStmt): readonly Said[] {
  return [locks(`nobody can read or write ${tableName(relation)} while all of it is written anew (CLUSTER)`)];
}

export function reindex({ params, relation, name }: ReindexStmt): readonly Said[] {
  const isConcurrent = (params ?? []).some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
  );
  const what = relation === undefined ? name : tableName(relation);
  return isConcurrent
    ? []
    : [blocksWrites(`nobody can write what ${what} is built from while it is built anew`)];
}

export function refresh({ concurrent, relation }: RefreshMatViewStmt): readonly Said[] {
  return concurrent === true
    ? []
    : [locks(`nobody can read ${tableName(relation)} while it is filled anew; CONCURRENTLY lets them`)];
}

export function lockTable({ relations }: LockStmt): readonly Said[] {
  const names = (relations ?? []).flatMap((node) => ('RangeVar' in node ? [tableName(node.RangeVar)] : []));
  return [locks(`${named(names)} is locked until the migration ends`)];
}
