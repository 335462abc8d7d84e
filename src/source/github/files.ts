import { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import type { SourceFile } from '../source.ts';
import type { Client } from './client.ts';

/** GitHub lists no more of a folder than this, and does not say that there is more. */
const LISTED_MAX = 1_000;
const DEPTH_MAX = 6;
const KEPT_MAX = 5_000;
/** So many at the same time. */
const TOGETHER = 8;

const Listed = z.array(z.object({ type: z.string(), path: z.string(), sha: z.string() }));
const Content = z.object({ type: z.literal('file'), encoding: z.literal('base64'), content: z.string() });

type Entry = z.infer<typeof Listed>[number];

/** Texts by the hash of what is in them, which never changes: a folder is read again by its list alone. */
export type KnownTexts = Map<string, string>;

/**
 * The files below a folder at a commit.
 * @throws {Failed} `not-found` without the folder, `rejected` when there is more than GitHub tells
 */
export async function filesIn(
  client: Client,
  commit: string,
  folder: string,
  endings: readonly string[],
  known: KnownTexts,
): Promise<readonly SourceFile[]> {
  const root = folder.replace(/^\/+|\/+$/g, '');
  const entries = await entriesIn(client, commit, root, DEPTH_MAX);
  if (entries === null) throw failed('not-found', `there is no folder ${folder} at ${commit.slice(0, 12)}`);
  const wanted = entries.filter(({ path }) => endings.some((ending) => path.endsWith(ending)));
  const elsewhere = wanted.find(({ type }) => type !== 'file');
  if (elsewhere !== undefined)
    throw failed('rejected', `${elsewhere.path} is a link, and what is in it is not read at the commit`);
  const files: SourceFile[] = [];
  for (let at = 0; at < wanted.length; at += TOGETHER) {
    const some = wanted.slice(at, at + TOGETHER);
    const texts = await Promise.all(some.map((entry) => textOf(client, commit, entry, known)));
    files.push(
      ...some.map(({ path }, index) => ({ path: path.slice(root.length + 1), text: texts[index] ?? '' })),
    );
  }
  return files;
}

/** Null where there is no such folder. */
async function entriesIn(
  client: Client,
  commit: string,
  path: string,
  depth: number,
): Promise<readonly Entry[] | null> {
  const listed = await client.find('/contents/{path}', Listed, { path, ref: commit });
  if (listed === null) return null;
  if (listed.length >= LISTED_MAX) throw failed('rejected', `${path} has more files than GitHub lists`);
  const files = listed.filter(({ type }) => type !== 'dir');
  const folders = listed.filter(({ type }) => type === 'dir');
  if (folders.length > 0 && depth === 0)
    throw failed('rejected', `${path} has folders in folders without end`);
  const below: Entry[] = [];
  for (let at = 0; at < folders.length; at += TOGETHER) {
    const some = folders.slice(at, at + TOGETHER);
    const found = await Promise.all(some.map((each) => entriesIn(client, commit, each.path, depth - 1)));
    below.push(...found.flatMap((each) => each ?? []));
  }
  return [...files, ...below];
}

async function textOf(client: Client, commit: string, entry: Entry, known: KnownTexts): Promise<string> {
  const { path, sha } = entry;
  const before = known.get(sha);
  if (before !== undefined) return before;
  const { content } = await client.get('/contents/{path}', Content, { path, ref: commit });
  const text = Buffer.from(content, 'base64').toString('utf8');
  if (known.size >= KEPT_MAX) known.clear();
  known.set(sha, text);
  return text;
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
