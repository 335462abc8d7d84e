import { z } from 'zod';
import type { MigrationKind, ScriptFile } from '../migration.ts';
import { compare, migrationOf, rejected } from '../naming.ts';

const JOURNAL = 'meta/_journal.json';

/** The fields that we read of the journal that drizzle-kit writes. */
const Journal = z.object({
  entries: z.array(
    z.object({
      idx: z.number().int(),
      /** When it was made, in milliseconds. */
      when: z.number().int(),
      tag: z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/),
    }),
  ),
});

/**
 * `drizzle/0001_add_email.sql`, in the order of `drizzle/meta/_journal.json`. Drizzle keeps what it has applied in
 * `drizzle.__drizzle_migrations`, by the moment from the journal, with the SHA-256 of the script: one whose words were
 * changed afterwards is still the same one, and never run again.
 */
export const drizzle: MigrationKind = {
  id: 'drizzle',
  summary: 'Drizzle: the scripts that meta/_journal.json names, in its order',
  endings: ['.sql', '_journal.json'],
  read(files) {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const entries = journalOf(byPath.get(JOURNAL)).toSorted((a, b) => compare(a.idx, b.idx));
    const told = new Set(entries.map(({ tag }) => `${tag}.sql`));
    const untold = files.find(({ path }) => path.endsWith('.sql') && !told.has(path));
    if (untold !== undefined) throw rejected(`${JOURNAL} does not know ${untold.path}`);
    return entries.map(({ tag, when }) => {
      const file = byPath.get(`${tag}.sql`);
      if (file === undefined) throw rejected(`${tag}.sql stands in ${JOURNAL}, but it is not there`);
      return migrationOf(tag, `${tag}@${when}`, file, undefined);
    });
  },
  ledger: {
    table: 'drizzle.__drizzle_migrations',
    select: `select coalesce(created_at::text, hash) as mark, 'applied' as state, hash as also
      from drizzle.__drizzle_migrations order by created_at nulls first, id`,
    markOf: ({ name }) => momentOf(name),
    insert: ({ name, checksum }) => ({
      sql: 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)',
      values: [checksum, momentOf(name)],
    }),
  },
};

/** `0001_add_email@1700000000000` → `1700000000000`. */
function momentOf(name: string): string {
  return name.slice(name.lastIndexOf('@') + 1);
}

function journalOf(file: ScriptFile | undefined) {
  if (file === undefined) throw rejected(`${JOURNAL} is not there`);
  try {
    return Journal.parse(JSON.parse(file.text)).entries;
  } catch {
    throw rejected(`${JOURNAL} is not what drizzle-kit writes`);
  }
}
