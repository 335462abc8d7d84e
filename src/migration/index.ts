import { Failed } from '../core/failure.ts';
import { drizzle } from './drizzle/index.ts';
import { flyway } from './flyway/index.ts';
import { knex } from './knex/index.ts';
import type { MigrationKind } from './migration.ts';
import { prisma } from './prisma/index.ts';
import { sql } from './sql/index.ts';
import { supabase } from './supabase/index.ts';

export { checkScript } from './check/index.ts';
export { openPostgres } from './postgres/index.ts';
export { readFolder } from './read-folder.ts';

/** Every way in which teams write migrations. A new one is a folder here and a line here. */
export const migrationKinds: readonly MigrationKind[] = [supabase, sql, prisma, drizzle, knex, flyway];

/** @throws {Failed} `not-found` for a kind that this program does not have */
export function migrationKindNamed(id: string): MigrationKind {
  const found = migrationKinds.find((kind) => kind.id === id);
  if (found !== undefined) return found;
  const message = `there are no migrations of the kind ${id} in this process`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}
