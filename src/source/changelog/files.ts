import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Failed, type Failure } from '../../core/failure.ts';
import type { SourceFile } from '../source.ts';
import type { Release } from './file.ts';

const BYTES_MAX = 1_000_000;

/**
 * The files that a release says it contains, in one folder, as they are now: a changelog keeps no older text of them.
 * @throws {Failed} `unsupported` where the release does not say, `not-found` and `rejected` for a file that is not
 * there, is too large, or leads out of the folder
 */
export async function filesIn(
  root: string,
  release: Release,
  folder: string,
  endings: readonly string[],
): Promise<readonly SourceFile[]> {
  if (release.contains === undefined)
    throw failed('unsupported', `the changelog does not say which files ${release.version} contains`);
  const start = `${folder.replace(/\/+$/, '')}/`;
  const wanted = release.contains.filter(
    (path) => path.startsWith(start) && endings.some((ending) => path.endsWith(ending)),
  );
  const base = await realpath(resolve(root, folder)).catch(() => {
    throw failed('not-found', `the folder ${folder} is not there`);
  });
  return Promise.all(
    wanted.map(async (path) => {
      const below = path.slice(start.length);
      return { path: below, text: await textOf(base, below) };
    }),
  );
}

async function textOf(base: string, below: string): Promise<string> {
  const place = await realpath(join(base, below)).catch(() => {
    throw failed('not-found', `${below} is not there, and the changelog says that it is`);
  });
  if (!place.startsWith(base + sep)) throw failed('rejected', `${below} leads out of its folder`);
  if ((await stat(place)).size > BYTES_MAX) throw failed('rejected', `${below} is larger than 1 MB`);
  return readFile(place, 'utf8');
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
