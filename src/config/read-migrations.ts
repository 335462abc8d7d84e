import type { ConfiguredMigrations } from '../core/catalog.ts';
import type { SlipwayFile } from './schema.ts';

type Written = NonNullable<SlipwayFile['services'][string]['migrations']>;

/** In the catalog's words; nothing where nothing is written. */
export function migrationsOf(written: Written | null): { readonly migrations?: ConfiguredMigrations } {
  if (written === null) return {};
  const { kind, folder, from, databases, datastores, protect, readOnly, integrity } = written;
  return {
    migrations: {
      kind,
      folder,
      from,
      databases,
      // Nothing in a configuration that says nothing of it: what was approved before stays what it was.
      ...(Object.keys(datastores).length === 0 ? {} : { datastores }),
      lockTimeoutMs: written.lockTimeout,
      statementTimeoutMs: written.statementTimeout,
      contractAfterMs: written.contractAfter,
      isProtectionRequired: protect === 'required',
      isReadOnly: readOnly,
      integrity: integrity.map(({ name, query }) => ({ name, sql: query })),
    },
  };
}
