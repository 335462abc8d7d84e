import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fillDatabase, isThere } from './blank.ts';

/** The folder of the database itself. It appears whole or not at all: it is made beside its place and then moved there. */
export async function existing(home: string): Promise<string> {
  const database = join(home, 'database');
  if (await isThere(database)) return database;
  const unfinished = join(home, 'database.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await fillDatabase(unfinished);
  await rename(unfinished, database);
  return database;
}
