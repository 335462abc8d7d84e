import { createHash } from 'node:crypto';
import { Failed } from '../core/failure.ts';
import type { Phase } from '../core/migration.ts';
import type { Migration, ScriptFile } from './migration.ts';

/** What every format has in common: checksums, marks of a phase, and an order in which nothing is ambiguous. */

export function checksumOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * `-- slipway: contract` among the comments at the top of the script, or a folder of that name on its way.
 * @throws {Failed} `rejected` when it says something else, or says it where nobody looks, because a slip there would make
 * it the other one
 */
export function phaseOf({ path, text }: ScriptFile): Phase | null {
  const marked = markIn(text);
  if (marked === null && /^\s*--\s*slipway:\s*(?:expand|contract)\b/im.test(text))
    throw rejected(`${path} says when it is meant to be run below its top, where nobody looks`);
  if (marked !== null) {
    if (marked === 'expand' || marked === 'contract') return marked;
    throw rejected(`${path} says “slipway: ${marked.slice(0, 40)}”, which is neither expand nor contract`);
  }
  const folders = path.split('/').slice(0, -1);
  if (folders.includes('contract')) return 'contract';
  return folders.includes('expand') ? 'expand' : null;
}

function markIn(text: string): string | null {
  for (const line of text.replace(/^\uFEFF/, '').split('\n', 50)) {
    const words = line.trim();
    if (words !== '' && !words.startsWith('--')) return null;
    const mark = /^--\s*slipway:\s*(\S.*)$/i.exec(words);
    if (mark !== null) return (mark[1] ?? '').trim().toLowerCase();
  }
  return null;
}

export function migrationOf(
  id: string,
  name: string,
  script: ScriptFile,
  undo: ScriptFile | undefined,
): Migration {
  // What is no UTF-8 was read as this letter, which would be run in the place of the one that was meant.
  if (script.text.includes('\uFFFD')) throw rejected(`${script.path} is not written in UTF-8`);
  return {
    id,
    name,
    sql: script.text,
    checksum: checksumOf(script.text),
    phase: phaseOf(script),
    isReversible: undo !== undefined,
    undo: undo?.text ?? null,
  };
}

/** `0012_add_email.sql` → 12: as large as anybody writes it, which is larger than a number of JavaScript holds. */
export function numberIn(name: string): bigint | null {
  const digits = /^\d{1,30}/.exec(name)?.[0];
  return digits === undefined ? null : BigInt(digits);
}

/**
 * By number where every one has a number, otherwise by name, letter by letter and the same on every machine.
 * @throws {Failed} `rejected` when two have the same number, or when one without a number would put 10 before 2, because
 * nobody can say which comes first
 */
export function inOrder<T extends { readonly name: string }>(each: readonly T[]): T[] {
  const numbered = each.flatMap((one) => {
    const number = numberIn(one.name);
    return number === null ? [] : [{ one, number }];
  });
  const sorted = numbered.toSorted((a, b) => compare(a.number, b.number));
  if (numbered.length < each.length) return byName(each, sorted);
  for (const [index, { one, number }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before !== undefined && before.number === number)
      throw rejected(
        `${before.one.name} and ${one.name} have the same number, so that nobody can say which comes first`,
      );
  }
  return sorted.map(({ one }) => one);
}

function byName<T extends { readonly name: string }>(each: readonly T[], sorted: readonly { one: T }[]): T[] {
  const named = each.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const places = sorted.map(({ one }) => named.indexOf(one));
  const at = places.findIndex((place, index) => place < (places[index - 1] ?? -1));
  if (at < 0) return named;
  const lonely = each.find(({ name }) => numberIn(name) === null)?.name;
  throw rejected(
    `${lonely} has no number, so that all go by their names, and then ${sorted[at]?.one.name} comes before ${sorted[at - 1]?.one.name}`,
  );
}

export function compare<T extends bigint | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function rejected(message: string): Failed {
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
