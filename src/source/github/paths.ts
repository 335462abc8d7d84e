import type { MigrationChange } from '../source.ts';

/** One file that a comparison names. */
export type ChangedFile = { readonly filename: string; readonly status: string };

/** Whether a path fits a pattern: `**` is any number of folders, `*` anything within one. */
export function fits(path: string, pattern: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*)/)
    .map((part) => wildcards.get(part) ?? part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`).test(path);
}

const wildcards = new Map([
  ['**/', '(?:.*/)?'],
  ['**', '.*'],
  ['*', '[^/]*'],
]);

/** A file that is new at its place: what was changed or taken away does not run again. */
const fresh = new Set(['added', 'renamed', 'copied']);

/** What will run, in the order of their names, which is the order in which every tool runs them. */
export function migrationsIn(files: readonly ChangedFile[], patterns: readonly string[]): MigrationChange[] {
  const paths = files
    .filter(({ filename, status }) => fresh.has(status) && patterns.some((one) => fits(filename, one)))
    .map(({ filename }) => filename)
    .toSorted();
  const undos = new Set(paths.filter((path) => DOWN.test(path)).map(nameOf));
  return paths
    .filter((path) => !DOWN.test(path))
    .map((path) => ({ id: nameOf(path), phase: null, isReversible: undos.has(nameOf(path)) ? true : null }));
}

/** `0002_lines.down.sql` beside `0002_lines.up.sql` says how to undo it. */
const DOWN = /\.down\.[a-z]+$/;

/** `supabase/migrations/0002_lines.up.sql` → `0002_lines`. */
function nameOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/(?:\.(?:up|down))?\.[a-z]+$/, '');
}
