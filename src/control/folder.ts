import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the sockets of a home folder are: one for each process that runs there. */
export function controlFolder(home: string): string {
  return join(home, 'control');
}

/**
 * Makes the folder so that nobody but its owner can reach what is in it.
 * @throws when it is somebody else's, or no folder.
 */
export async function openControlFolder(home: string, uid: number): Promise<string> {
  const folder = controlFolder(home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is no folder.`);
  if (found.uid !== uid) throw new Error(`${folder} belongs to another user.`);
  await chmod(folder, 0o700);
  return folder;
}

export type Sockets =
  | { readonly kind: 'sockets'; readonly folder: string; readonly names: readonly string[] }
  | { readonly kind: 'none' }
  /** Not ours to look into. */
  | { readonly kind: 'forbidden'; readonly folder: string; readonly ownerUid: number | null };

/** The sockets that somebody may answer at, newest first. Root may look everywhere, everybody else at home. */
export async function socketsIn(home: string, uid: number): Promise<Sockets> {
  const folder = controlFolder(home);
  try {
    const { uid: ownerUid } = await stat(folder);
    if (ownerUid !== uid && uid !== 0) return { kind: 'forbidden', folder, ownerUid };
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sock'));
    const dated = await Promise.all(
      names.map(async (name) => ({ name, atMs: (await lstat(join(folder, name))).mtimeMs })),
    );
    const newest = dated.toSorted((a, b) => b.atMs - a.atMs).map(({ name }) => name);
    return newest.length === 0 ? { kind: 'none' } : { kind: 'sockets', folder, names: newest };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden', folder, ownerUid: null };
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'none' };
    throw error;
  }
}
