import type { MigrationKind } from '../migration.ts';
import { fileName, inOrder, migrationOf, rejected } from '../naming.ts';

const UNDO = /\.down\.sql$/;
const PROGRAM = /\.(?:[cm]?[jt]s|coffee|ls|eg|iced|litcoffee|co)$/;

/**
 * Scripts that Knex runs. It keeps what it has applied in `knex_migrations`, by the name of the file. Those that are
 * programs are refused: nobody can say before what they would do, and no code of others is run here.
 */
export const knex: MigrationKind = {
  id: 'knex',
  summary: 'Knex, where its migrations are SQL files; programs are refused',
  endings: ['.sql', '.js', '.ts', '.cjs', '.mjs', '.cts', '.mts', '.coffee'],
  read(files) {
    const program = files.find(({ path }) => PROGRAM.test(path));
    if (program !== undefined) {
      throw rejected(
        `${program.path} is a program: no code of others is run here, and nobody could say before what it does. Write it as SQL, or run Knex yourself`,
      );
    }
    const undos = new Map(
      files.filter(({ path }) => UNDO.test(path)).map((file) => [file.path.replace(UNDO, ''), file]),
    );
    const scripts = files
      .filter(({ path }) => !UNDO.test(path))
      .map((file) => ({ file, name: fileName(file.path), stem: file.path.replace(/(?:\.up)?\.sql$/, '') }));
    return inOrder(scripts).map(({ file, name, stem }) => migrationOf(name, name, file, undos.get(stem)));
  },
  ledger: {
    table: 'knex_migrations',
    select: `select name as mark, 'applied' as state, null as also from knex_migrations order by id`,
    // `_lockMigrations`: `update … set is_locked = 1 where is_locked = 0`, in the transaction of all that it runs where that
    // is possible. See https://github.com/knex/knex/blob/master/lib/migrations/migrate/Migrator.js.
    lock: { kind: 'row', table: 'knex_migrations_lock' },
    markOf: ({ id }) => id,
    insert: ({ id }) => ({
      sql: `insert into knex_migrations (name, batch, migration_time)
        values ($1, (select coalesce(max(batch), 0) + 1 from knex_migrations), now())`,
      values: [id],
    }),
  },
};
