import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../support/server.ts';

/** A place for one file, in a folder of its own. */
export function temporaryFile(name: string): { readonly path: string; remove(): void } {
  const folder = temporaryFolder('file', null);
  return { path: join(folder, name), remove: () => removeFolder(folder) };
}
