import type { ConfiguredMigrations, Service } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Database } from '../../migration/database.ts';
import { migrationKindNamed } from '../../migration/index.ts';
import type { Migration, ScriptFile } from '../../migration/migration.ts';
import type { Source } from '../../source/source.ts';
import type { EngineParts } from '../parts.ts';

/**
 * The migrations that a version of a service brings, in order; read anew each time, because what runs has to be what is
 * there.
 * @throws {Failed}
 */
export async function readMigrations(
  parts: EngineParts,
  service: Service,
  configured: ConfiguredMigrations,
  version: Version,
): Promise<readonly Migration[]> {
  const { endings, read } = migrationKindNamed(configured.kind);
  const capitals = endings.map((ending) => ending.toUpperCase());
  const files = await filesOf(parts, service, configured, version, [...endings, ...capitals]);
  refuseCapitals(files, endings, capitals);
  return read(files);
}

/** What is called `0002_mail.SQL` would be left out without a word, and the version come up without it. */
function refuseCapitals(
  files: readonly ScriptFile[],
  endings: readonly string[],
  capitals: readonly string[],
): void {
  const ends = (path: string, those: readonly string[]) => those.some((ending) => path.endsWith(ending));
  const found = files.find(({ path }) => !ends(path, endings) && ends(path, capitals));
  if (found === undefined) return;
  const message = `${found.path} ends in capital letters, and would be left out: call it ${found.path.toLowerCase()}`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

async function filesOf(
  parts: EngineParts,
  service: Service,
  { from, folder }: ConfiguredMigrations,
  { name, commit }: Version,
  endings: readonly string[],
): Promise<readonly ScriptFile[]> {
  if (from === 'checkout') return doorOf(parts).readFolder(folder, endings);
  const source = parts.sourceOf(service);
  if (source?.files === undefined) {
    throw unsupported(
      `the source of ${service.name} keeps no files that could be read: write from: checkout`,
    );
  }
  const at = commit ?? (await nameIn(source, name));
  if (at === null)
    throw unsupported(`nobody knows which commit ${name} is, so that its migrations cannot be read`);
  return source.files(at, folder, endings);
}

/** A name may stand for something else tomorrow: it is enough only where the source keeps no commits at all. */
async function nameIn(source: Source, name: string): Promise<string | null> {
  const found = await source.resolve(name);
  return found !== null && found.commit === null ? found.name : null;
}

/** @throws {Failed} `unsupported` in a process that runs no migrations */
export function databaseAt(parts: EngineParts, reference: string): Database {
  return doorOf(parts).databaseAt(reference);
}

function doorOf({ migrations }: EngineParts) {
  if (migrations === undefined) throw unsupported('this process runs no migrations');
  return migrations;
}

export function unsupported(message: string): Failed {
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}
