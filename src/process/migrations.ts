import type { Migrations } from '../engine/parts.ts';
import { samplesFolder } from '../local/index.ts';
import { openPostgres, readFolder } from '../migration/index.ts';
import type { Databases } from './databases.ts';
import type { Settings } from './settings.ts';

const EMBEDDED = 'embedded:';

/** Where migrations are read on this host, and how the databases are reached that they are for. */
export function migrationsFor({ secrets, servicesFolder }: Settings, databases: Databases): Migrations {
  return {
    // Read again each time: an address that was changed, or a password, is used from the next connection on.
    databaseAt: (reference) =>
      openPostgres(async () =>
        reference.startsWith(EMBEDDED)
          ? databases.addressOf(reference.slice(EMBEDDED.length))
          : (await secrets.readAgain(reference)).open(),
      ),
    readFolder: (folder, endings) => readFolder(servicesFolder ?? samplesFolder, folder, endings),
  };
}
