import { access, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { createDatabase } from './database-thread.ts';

/**
 * A database in which nothing is yet, made once when the program is built. Making one takes seconds and a few hundred
 * megabytes of memory that this process would not get back; copying one takes neither.
 */
const built = import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../../../dist/';

const Package = z.object({ version: z.string() });

/** Where the blank database of the PGlite that is installed is, or would be: another version may keep its own format. */
async function blankFolder(): Promise<string> {
  const packageFile = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
  const { version } = Package.parse(JSON.parse(await readFile(packageFile, 'utf8')));
  return fileURLToPath(new URL(`${built}blank-database-${version}`, import.meta.url));
}

/** Makes it where it is missing, whole or not at all. */
export async function makeBlank(): Promise<void> {
  const blank = await blankFolder();
  if (await isThere(blank)) return;
  const unfinished = `${blank}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await createDatabase(unfinished);
  await rename(unfinished, blank);
}

/** Fills an empty folder with a new database: a copy of the blank one, or one made now where there is none. */
export async function fillDatabase(folder: string): Promise<void> {
  const blank = await blankFolder().catch(() => null);
  if (blank !== null && (await isThere(blank))) await cp(blank, folder, { recursive: true });
  else await createDatabase(folder);
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
