import type { AlterTableCmd, AlterTableStmt, ColumnDef, Node } from 'libpg-query';
import { constraint, dropConstraint, validate } from './constraint.ts';
import { isVolatile, isWidest, typeWord } from './expression.ts';
import { referring } from './make.ts';
import { blocksWrites, breaksOld, destroys, locks, rewrites, type Said, tableName, unclear } from './say.ts';
import type { Seen } from './seen.ts';

type Command = { readonly table: string; readonly cmd: AlterTableCmd; readonly seen: Seen };
type Rule = (command: Command) => readonly Said[];

/** What `ALTER TABLE` does: each of its parts by itself, because it may have several. */
export function alterTable({ relation, cmds, objtype }: AlterTableStmt, seen: Seen): readonly Said[] {
  const table = tableName(relation);
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_MATVIEW') return other(table, objtype ?? 'something');
  if (seen.tables.has(table)) return (cmds ?? []).flatMap((node) => besides(table, commandOf(node), seen));
  const said = (cmds ?? []).flatMap((node) => {
    const cmd = commandOf(node);
    if (cmd === null) return [unclear(`nobody can tell what this does to ${table}`)];
    const rule = rules[cmd.subtype ?? ''];
    return rule === undefined
      ? [unclear(`nobody can tell whether the old version works with this change of ${table}`)]
      : rule({ table, cmd, seen });
  });
  const isLight = (cmds ?? []).every((node) => lightly.has(commandOf(node)?.subtype ?? ''));
  return isLight
    ? said
    : [locks(`nobody can read or write ${table} while this runs (ACCESS EXCLUSIVE)`), ...said];
}

function other(name: string, what: string): readonly Said[] {
  const word = what.replace('OBJECT_', '').toLowerCase();
  return word === 'index' ? [] : [unclear(`the ${word} ${name} changes`)];
}

/** What a change of a new table does to tables that are in use. */
function besides(table: string, cmd: AlterTableCmd | null, seen: Seen): readonly Said[] {
  if (cmd?.subtype === 'AT_AttachPartition' || cmd?.subtype === 'AT_AddInherit')
    return [unclear(`a table that the old version may use becomes a part of ${table}, or it a part of that`)];
  return referring(table, cmd?.def, seen);
}

function commandOf(node: Node): AlterTableCmd | null {
  return 'AlterTableCmd' in node ? node.AlterTableCmd : null;
}

/** Parts that let others read and write: see the table of lock modes in Postgres's manual, ALTER TABLE. */
const lightly: ReadonlySet<string> = new Set([
  ...['AT_ValidateConstraint', 'AT_SetStatistics', 'AT_SetOptions', 'AT_ResetOptions', 'AT_SetRelOptions'],
  ...['AT_ResetRelOptions', 'AT_AttachPartition', 'AT_ClusterOn', 'AT_DropCluster'],
]);

const harmless: Rule = () => [];
const rowSecurity: Rule = ({ table }) => [
  unclear(`which rows of ${table} the old version may see or write changes (row level security)`),
];
const trigger: Rule = ({ table }) => [unclear(`triggers or rules of ${table} are switched`)];

const rules: Readonly<Record<string, Rule>> = {
  AT_AddColumn: addColumn,
  AT_ColumnDefault: ({ table, cmd }) =>
    !isValue(cmd.def)
      ? [unclear(`${table}.${cmd.name} loses its default, which the old version may rely on`)]
      : [],
  AT_DropNotNull: ({ table, cmd }) => [
    unclear(`${table}.${cmd.name} may be null from now on, which the old version may not expect`),
  ],
  AT_SetNotNull: setNotNull,
  AT_DropColumn: ({ table, cmd, seen }) =>
    seen.columns.has(`${table}.${cmd.name}`)
      ? []
      : [
          destroys(`the column ${cmd.name} of ${table} and all that is in it goes for good`),
          breaksOld(`the old version may still read or write ${table}.${cmd.name}`),
        ],
  AT_AlterColumnType: alterType,
  AT_AddConstraint: (command) => constraint(command.table, definition(command.cmd), command.seen),
  AT_ValidateConstraint: ({ table, cmd, seen }) => validate(table, cmd.name ?? '', seen),
  AT_DropConstraint: ({ table, cmd, seen }) => dropConstraint(table, cmd.name ?? '', seen),
  AT_SetStatistics: harmless,
  AT_SetOptions: harmless,
  AT_ResetOptions: harmless,
  AT_SetRelOptions: harmless,
  AT_ResetRelOptions: harmless,
  AT_SetStorage: harmless,
  AT_SetCompression: harmless,
  AT_ClusterOn: harmless,
  AT_DropCluster: harmless,
  AT_ReplicaIdentity: replicaIdentity,
  AT_AddIdentity: identity,
  AT_SetIdentity: identity,
  AT_SetLogged: wholeTable,
  AT_SetUnLogged: wholeTable,
  AT_SetAccessMethod: wholeTable,
  AT_SetTableSpace: wholeTable,
  AT_AttachPartition: ({ table }) => [
    blocksWrites(`the rows of the new partition of ${table} are read before it is taken in`),
  ],
  AT_EnableRowSecurity: rowSecurity,
  AT_DisableRowSecurity: rowSecurity,
  AT_ForceRowSecurity: rowSecurity,
  AT_NoForceRowSecurity: rowSecurity,
  AT_EnableTrig: trigger,
  AT_DisableTrig: trigger,
  AT_EnableTrigAll: trigger,
  AT_DisableTrigAll: trigger,
  AT_EnableTrigUser: trigger,
  AT_DisableTrigUser: trigger,
};

function definition({ def }: AlterTableCmd) {
  return def !== undefined && 'Constraint' in def ? def.Constraint : {};
}

/** A default of NULL fills nothing. */
function isValue(standard: Node | undefined): boolean {
  return standard !== undefined && !('A_Const' in standard && standard.A_Const.isnull === true);
}

function column({ def }: AlterTableCmd): ColumnDef {
  return def !== undefined && 'ColumnDef' in def ? def.ColumnDef : {};
}

function wholeTable({ table }: Command): readonly Said[] {
  return [rewrites(`every row of ${table} is written anew while nobody can use it`)];
}

function alterType({ table, cmd, seen }: Command): readonly Said[] {
  const { typeName } = column(cmd);
  if (seen.columns.has(`${table}.${cmd.name}`)) return [];
  const name = `${table}.${cmd.name}`;
  const rewrite = rewrites(
    `every row of ${table} may be written anew, because ${name} becomes ${typeWord(typeName)}`,
  );
  return isWidest(typeName)
    ? [rewrite, unclear(`${name} becomes ${typeWord(typeName)}, which the old version may not expect`)]
    : [
        rewrite,
        breaksOld(`${name} becomes ${typeWord(typeName)}, which may not hold what the old version writes`),
      ];
}

function setNotNull({ table, cmd, seen }: Command): readonly Said[] {
  const name = `${table}.${cmd.name}`;
  const isProven = seen.neverNull.has(name);
  const isNew = seen.columns.has(name);
  return [
    ...(isProven
      ? []
      : [
          rewrites(`every row of ${table} is read while nobody can use it, because ${name} must not be null`),
        ]),
    breaksOld(
      isNew
        ? `the old version does not know ${name} and writes nothing there, which fails unless it has a default`
        : `the old version may still leave ${name} empty`,
    ),
  ];
}

/** Without one, rows of a table that is published can be neither changed nor deleted: see Postgres's manual, ALTER TABLE. */
function replicaIdentity({ table, cmd: { def } }: Command): readonly Said[] {
  const isNone =
    def !== undefined && 'ReplicaIdentityStmt' in def && def.ReplicaIdentityStmt.identity_type === 'n';
  return isNone ? [unclear(`where ${table} is published nobody can change or delete its rows any more`)] : [];
}

function identity({ table, cmd }: Command): readonly Said[] {
  return [unclear(`${table}.${cmd.name} is numbered otherwise, which the old version may not let happen`)];
}

function addColumn({ table, cmd, seen }: Command): readonly Said[] {
  const { colname = 'something', constraints, typeName, raw_default } = column(cmd);
  if (cmd.missing_ok !== true) seen.columns.add(`${table}.${colname}`);
  const parts = (constraints ?? []).flatMap((node) => ('Constraint' in node ? [node.Constraint] : []));
  const has = (kind: string) => parts.some(({ contype }) => contype === kind);
  const standard = parts.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr ?? raw_default;
  const isSerial = typeWord(typeName).includes('serial');
  const isFilled = isValue(standard) || isSerial || has('CONSTR_IDENTITY') || has('CONSTR_GENERATED');
  const isRewritten = isSerial || has('CONSTR_IDENTITY') || has('CONSTR_GENERATED') || isVolatile(standard);
  const isUnique = has('CONSTR_UNIQUE') || has('CONSTR_PRIMARY');
  const isRequired = has('CONSTR_NOTNULL') || has('CONSTR_PRIMARY');
  return [
    ...(isRewritten
      ? [rewrites(`every row of ${table} is written anew, because ${colname} gets another value in each`)]
      : []),
    ...(isRequired && !isFilled
      ? [breaksOld(`the old version does not fill ${table}.${colname}, so that it cannot add rows any more`)]
      : []),
    ...(isUnique && isFilled && !isRewritten
      ? [
          breaksOld(
            `the old version writes the same into ${table}.${colname} each time, which may be there once`,
          ),
        ]
      : []),
    ...parts
      .filter(({ contype }) => contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')
      .map(() => rewrites(`an index over every row of ${table} is built while nobody can use it`)),
    ...referring(table, parts, seen),
    ...parts
      .filter(({ contype }) => (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN') && isFilled)
      .map(() => rewrites(`every row of ${table} is read while nobody can use it, to check ${colname}`)),
  ];
}
