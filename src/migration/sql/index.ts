import type { MigrationKind, ScriptFile } from '../migration.ts';
import { inOrder, migrationOf, rejected } from '../naming.ts';

const UNDO = /\.(?:down|undo)\.sql$/;

/** A folder of scripts that run in the order of their numbers or names. `a.down.sql` takes `a.up.sql` or `a.sql` back. */
export const sql: MigrationKind = {
  id: 'sql',
  summary:
    'Plain files in the order of their numbers or names: 0001_add_email.sql, or .up.sql with .down.sql',
  endings: ['.sql'],
  read(files) {
    const undos = new Map(files.filter(({ path }) => UNDO.test(path)).map((file) => [stem(file), file]));
    const scripts = files.filter(({ path }) => !UNDO.test(path)).map((file) => ({ file, name: stem(file) }));
    const names = new Set(scripts.map(({ name }) => name));
    const lonely = [...undos].find(([name]) => !names.has(name));
    if (lonely !== undefined) throw rejected(`${lonely[1].path} takes something back that is not there`);
    if (names.size < scripts.length)
      throw rejected('two scripts have the same name, with .up and without it');
    return inOrder(scripts).map(({ file, name }) => migrationOf(name, name, file, undos.get(name)));
  },
  ledger: null,
};

/**
 * Without the folders of a phase, which may be changed when a migration is moved: it stays the same one.
 */
function stem({ path }: ScriptFile): string {
  return path.replace(/^(?:expand|contract)\//, '').replace(/(?:\.(?:up|down|undo))?\.sql$/, '');
}
