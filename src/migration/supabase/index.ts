import type { MigrationKind } from '../migration.ts';
import { fileName, inOrder, migrationOf, rejected } from '../naming.ts';

const NAME = /^(\d{14})_(.+)\.sql$/;

/**
 * `supabase/migrations/20240101120000_add_email.sql`, as the Supabase CLI makes them. It keeps what it has applied in
 * `supabase_migrations.schema_migrations`, by the fourteen digits.
 */
export const supabase: MigrationKind = {
  id: 'supabase',
  summary: 'Supabase: one file for each, named by its moment, as in 20240101120000_add_email.sql',
  endings: ['.sql'],
  read(files) {
    const named = files.map((file) => {
      const name = fileName(file.path);
      const found = NAME.exec(name);
      if (found === null)
        throw rejected(
          `${file.path} is not called as the Supabase CLI does, such as 20240101120000_add_email.sql`,
        );
      return { file, name, id: found[1] ?? '', label: found[2] ?? '' };
    });
    return inOrder(named).map(({ file, id, label }) => migrationOf(id, label, file, undefined));
  },
  ledger: {
    table: 'supabase_migrations.schema_migrations',
    select: `select version as mark, 'applied' as state, null as also
      from supabase_migrations.schema_migrations order by version`,
    markOf: ({ id }) => id,
    insert: ({ id, name, statements }) => ({
      sql: 'insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, $3)',
      values: [id, name, statements],
    }),
  },
};
