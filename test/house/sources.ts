import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Source = { readonly file: string; readonly text: string };

/** Every TypeScript file below a folder, tests included. */
export function sourcesBelow(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ file, text: readFileSync(file, 'utf8') })),
  );
}

export function isTest({ file }: Source): boolean {
  return /\.test\.tsx?$|\/testing\/|^test\//.test(file);
}
