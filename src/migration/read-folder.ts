import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Failed, type Failure } from '../core/failure.ts';
import type { ScriptFile } from './migration.ts';

const FILES_MAX = 5_000;
const BYTES_MAX = 1_000_000;

/**
 * The files of a folder of this host with these endings, also those further down. What leads out of the folder, by a
 * link, is refused.
 * @throws {Failed} `not-found` without the folder, `rejected` for what is too much or leads elsewhere
 */
export async function readFolder(
  root: string,
  folder: string,
  endings: readonly string[],
): Promise<readonly ScriptFile[]> {
  const base = await realpath(resolve(root, folder)).catch(() => {
    throw failed('not-found', `the folder ${folder} is not there`);
  });
  const names = (await readdir(base, { recursive: true })).map((name) => name.split(sep).join('/'));
  const wanted = names.filter((name) => endings.some((ending) => name.endsWith(ending))).toSorted();
  if (wanted.length > FILES_MAX) throw failed('rejected', `${folder} has more than ${FILES_MAX} scripts`);
  const files: ScriptFile[] = [];
  for (const path of wanted) {
    const place = await realpath(join(base, path));
    if (!place.startsWith(base + sep)) throw failed('rejected', `${path} leads out of ${folder}`);
    const found = await stat(place);
    if (!found.isFile()) continue;
    if (found.size > BYTES_MAX) throw failed('rejected', `${path} is larger than 1 MB`);
    files.push({ path, text: await readFile(place, 'utf8') });
  }
  return files;
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
