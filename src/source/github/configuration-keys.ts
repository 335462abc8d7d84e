import { z } from 'zod';
import type { ConfigurationKeys } from '../source.ts';
import type { Client } from './client.ts';

const Content = z.object({ type: z.literal('file'), encoding: z.string(), content: z.string() });

/** Keys and what stands behind them in the lists that a repository keeps: compared here, and never handed on. */
export async function keysBetween(
  client: Client,
  files: readonly string[],
  base: string,
  head: string,
): Promise<ConfigurationKeys | null> {
  const [before, after] = await Promise.all([base, head].map((commit) => keysAt(client, files, commit)));
  return before == null || after == null ? null : keyChanges(before, after);
}

export function keyChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ConfigurationKeys {
  const [old, fresh] = [[...before.keys()], [...after.keys()]];
  return {
    added: fresh.filter((key) => !before.has(key)),
    removed: old.filter((key) => !after.has(key)),
    changed: fresh.filter((key) => before.has(key) && before.get(key) !== after.get(key)),
  };
}

/** Null where one of them cannot be read as a list of keys; a file that is not there yet has none. */
async function keysAt(
  client: Client,
  files: readonly string[],
  ref: string,
): Promise<ReadonlyMap<string, string> | null> {
  const read = await Promise.all(
    files.map((path) => client.find('/contents/{path}', Content.or(z.unknown()), { path, ref })),
  );
  const keys = new Map<string, string>();
  for (const file of read) {
    const content = Content.safeParse(file);
    if (file === null) continue;
    if (!content.success || content.data.encoding !== 'base64') return null;
    const text = Buffer.from(content.data.content, 'base64').toString('utf8');
    for (const [key, value] of keysIn(text)) keys.set(key, value);
  }
  return keys;
}

/** `KEY=value`, one a line, also after `export`; the rest is comments. */
export function keysIn(text: string): [key: string, value: string][] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)$/gm)].map(
    ([, key = '', value = '']) => [key, value.trim()],
  );
}
