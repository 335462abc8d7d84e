import type { ConfiguredMigrations } from '../core/catalog.ts';
import type { SlipwayFile } from './schema.ts';

type Written = NonNullable<SlipwayFile['services'][string]['migrations']>;

/** In the catalog's words; nothing where nothing is written. */
export function migrationsOf(written: Written | null): { readonly migrations?: ConfiguredMigrations } {
  if (written === null) return {};
  const { kind, folder, from, databases, protect, readOnly, integrity } = written;
  return {
    migrations: {
      kind,
      folder,
      from,
      databases,
      lockTimeoutMs: written.lockTimeout,
      statementTimeoutMs: written.statementTimeout,
      contractAfterMs: written.contractAfter,
      isProtectionRequired: protect === 'required',
      isReadOnly: readOnly,
      integrity: integrity.map(({ name, query }) => ({ name, sql: query })),
    },
  };
}
