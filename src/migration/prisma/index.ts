import type { MigrationKind } from '../migration.ts';
import { inOrder, migrationOf, rejected } from '../naming.ts';

/**
 * `prisma/migrations/20240101120000_add_email/migration.sql`. Prisma keeps what it has applied in `_prisma_migrations`,
 * by the name of the folder, with the SHA-256 of the script; one that began and did not end stays there as failed.
 */
export const prisma: MigrationKind = {
  id: 'prisma',
  summary: 'Prisma: a folder for each with migration.sql in it, and down.sql where it can be taken back',
  endings: ['.sql'],
  read(files) {
    const undos = new Map(
      files.filter(({ path }) => path.endsWith('/down.sql')).map((file) => [folderOf(file.path), file]),
    );
    const scripts = files
      .filter(({ path }) => !path.endsWith('/down.sql'))
      .map((file) => {
        if (!/^[^/]+\/migration\.sql$/.test(file.path))
          throw rejected(`${file.path} is not where Prisma keeps a migration: <name>/migration.sql`);
        return { file, name: folderOf(file.path) };
      });
    return inOrder(scripts).map(({ file, name }) => migrationOf(name, name, file, undos.get(name)));
  },
  ledger: {
    table: '_prisma_migrations',
    select: `select migration_name as mark,
      case when rolled_back_at is not null then 'gone' when finished_at is null then 'failed' else 'applied' end as state,
      null as also
      from _prisma_migrations order by started_at, migration_name`,
    // The constant of its schema engine: `pg_advisory_lock(72707369)`, waited for up to ten seconds. See
    // https://github.com/prisma/prisma-engines/pull/1930 and https://github.com/prisma/orm/issues/8038.
    lock: { kind: 'advisory', keyOf: () => 72_707_369n, isWaitedFor: true },
    markOf: ({ id }) => id,
    insert: ({ id, checksum, newId }) => ({
      sql: `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
        values ($1, $2, $3, now(), 1)`,
      values: [newId, checksum, id],
    }),
  },
};

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
