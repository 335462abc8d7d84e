import { crc32 } from 'node:zlib';
import type { MigrationKind, ScriptFile } from '../migration.ts';
import { compare, fileName, migrationOf, rejected } from '../naming.ts';

const NAME = /^([VU])(\d+(?:[._]\d+)*)__(.+)\.sql$/;

/**
 * `V1.2__add_email.sql`, with `U1.2__add_email.sql` to take it back. Flyway keeps what it has applied in
 * `flyway_schema_history`, by the version, with the CRC-32 of the script's lines.
 */
export const flyway: MigrationKind = {
  id: 'flyway',
  summary: 'Flyway: V1__add_email.sql, with U1__add_email.sql where it can be taken back',
  endings: ['.sql'],
  read(files) {
    const named = files.map(nameOf);
    const undos = new Map(named.filter(({ letter }) => letter === 'U').map((one) => [one.version, one.file]));
    const scripts = named.filter(({ letter }) => letter === 'V').toSorted(byVersion);
    const versions = new Set(scripts.map(({ version }) => version));
    const lonely = [...undos].find(([version]) => !versions.has(version));
    if (lonely !== undefined) throw rejected(`${lonely[1].path} takes something back that is not there`);
    for (const [index, script] of scripts.entries()) {
      const before = scripts[index - 1];
      if (before !== undefined && byVersion(before, script) === 0)
        throw rejected(`${before.file.path} and ${script.file.path} have the same version`);
    }
    return scripts.map(({ version, file }) =>
      migrationOf(version, fileName(file.path), file, undos.get(version)),
    );
  },
  ledger: {
    table: 'flyway_schema_history',
    // What was undone, or deleted by a repair, has a later row that says so.
    select: `select mark, state, null as also from (
        select distinct on (version) version as mark, installed_rank, case
          when not success then 'failed'
          when type like 'UNDO%' or type = 'DELETE' then 'gone'
          when type like '%BASELINE' then 'baseline' else 'applied' end as state
        from flyway_schema_history where version is not null order by version, installed_rank desc
      ) as newest order by installed_rank`,
    lock: { kind: 'advisory', keyOf: lockOf, isWaitedFor: false },
    markOf: ({ id }) => id,
    isUpTo: ({ id }, baseline) =>
      [id, baseline].every((version) => /^\d+(?:\.\d+)*$/.test(version)) &&
      compareVersions(id, baseline) <= 0,
    insert: ({ id, name, sql, tookMs }) => ({
      sql: `insert into flyway_schema_history
        (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        values ((select coalesce(max(installed_rank), 0) + 1 from flyway_schema_history),
          $1, $2, 'SQL', $3, $4, current_user, $5, true)`,
      values: [id, descriptionOf(name), name, flywayChecksum(sql), Math.round(tookMs)],
    }),
  },
};

function nameOf(file: ScriptFile) {
  const name = fileName(file.path);
  const found = NAME.exec(name);
  if (found !== null) {
    const [, letter = '', version = ''] = found;
    return { file, letter, version: version.replaceAll('_', '.') };
  }
  const because = notHere.find(([beginning]) => beginning.test(name))?.[1];
  throw rejected(
    because === undefined
      ? `${file.path} is not called as Flyway does, such as V1__add_email.sql`
      : `${file.path} ${because}, which is not done here: leave it out of this folder`,
  );
}

/** What Flyway runs by other rules than once and in order. */
const notHere: readonly (readonly [RegExp, string])[] = [
  [/^R__/, 'is run again whenever it changes'],
  [/^B\d/, 'is run in the place of all before it, in a new database alone'],
  [/^(?:before|after)[A-Z]/, 'is run around others'],
];

type Named = ReturnType<typeof nameOf>;

function byVersion({ version: a }: Named, { version: b }: Named): number {
  return compareVersions(a, b);
}

/** Part by part, as numbers: 1.10 comes after 1.9, and 1.0 is 1. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(BigInt), b.split('.').map(BigInt)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compare(left[at] ?? 0n, right[at] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

function descriptionOf(name: string): string {
  return (NAME.exec(name)?.[3] ?? name).replaceAll('_', ' ').slice(0, 200);
}

/** CRC-32 over the lines without what ends them, as a number with a sign: Flyway's ChecksumCalculator. */
function flywayChecksum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  return crc32(lines.join('')) | 0;
}

/** `Flyway` in ASCII. */
const LOCK_BASE = 0x46_6c_79_77_61_79n;

/**
 * `LOCK_MAGIC_NUM` and the hash of the quoted name of its table, asked for again and again and never waited for:
 * PostgreSQLAdvisoryLockTemplate, `lock` of PostgreSQLConnection, and `toString` of SchemaObject, in
 * https://github.com/flyway/flyway (flyway-database-postgresql and flyway-core).
 */
function lockOf(schema: string): bigint {
  return LOCK_BASE + BigInt(javaHash(`"${schema.replaceAll('"', '""')}"."flyway_schema_history"`));
}

/** `String.hashCode` of Java: over UTF-16 units, in 32 bits with a sign. */
function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
