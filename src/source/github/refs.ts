import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { SourceVersion } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const Sha = z.string().regex(/^[0-9a-f]{40}$/);
const Commit = z.object({ sha: Sha });
const Named = z.object({ name: z.string() });

const LETTERS_MIN = 7;
const NAME_LETTERS = 12;
const PAGES_MAX = 3;

/**
 * What a name stands for now: a tag (also an annotated one, whose commit it is), else a branch, else at least seven
 * letters of a commit. Asked for by their full names, so that it is never GitHub that chooses between two.
 * @throws {Failed} `not-found` when the repository itself cannot be seen
 */
export async function resolveRef(client: Client, ref: string): Promise<SourceVersion | null> {
  const isWhole = /^[0-9a-f]{40}$/.test(ref);
  const found = isWhole ? await commitOf(client, ref) : await resolveName(client, ref);
  if (found === null) await insistOnRepository(client);
  return found;
}

async function resolveName(client: Client, ref: string): Promise<SourceVersion | null> {
  for (const kind of ['tags', 'heads']) {
    const commit = await readCommit(client, `${kind}/${ref}`);
    if (commit !== null) return { name: ref, commit };
  }
  const isShort = ref.length >= LETTERS_MIN && /^[0-9a-f]+$/.test(ref);
  return isShort ? commitOf(client, ref) : null;
}

/** A branch may be called like the letters of a commit. */
async function commitOf(client: Client, letters: string): Promise<SourceVersion | null> {
  const commit = await readCommit(client, letters);
  return commit?.startsWith(letters) === true ? { name: commit.slice(0, NAME_LETTERS), commit } : null;
}

async function readCommit(client: Client, ref: string): Promise<string | null> {
  // One of its files is more than anybody reads here.
  return (await client.find('/commits/{ref}', Commit, { ref, per_page: 1 }))?.sha ?? null;
}

/** GitHub says of what a token must not see that it is not there. */
async function insistOnRepository(client: Client): Promise<void> {
  if ((await client.find('', z.object({ full_name: z.string() }))) !== null) return;
  const { owner, repo } = client.repository;
  const message = `GitHub shows no repository ${owner}/${repo} to this token: it is not there, or the token must not see it`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/**
 * Tags, then branches. GitHub does not say when a tag was made: the highest number counts as the newest.
 */
export async function namesIn(client: Client, limit: number): Promise<readonly string[]> {
  const [tags, branches] = await Promise.all(
    ['/tags', '/branches'].map((path) =>
      everyPage(PAGES_MAX, (page) => client.get(path, z.array(Named), page)),
    ),
  );
  const highestFirst = (tags?.lines ?? []).map(({ name }) => name).toSorted((a, b) => byNumbers(b, a));
  return [...new Set([...highestFirst, ...(branches?.lines ?? []).map(({ name }) => name)])].slice(0, limit);
}

const numeric = new Intl.Collator('en', { numeric: true });

/** v9 before v10, and v2.0.0-rc.1 before v2.0.0, as https://semver.org/#spec-item-11 has it. */
function byNumbers(a: string, b: string): number {
  const [[coreA, preA], [coreB, preB]] = [partsOf(a), partsOf(b)];
  const byCore = numeric.compare(coreA, coreB);
  if (byCore !== 0) return byCore;
  if (preA === '' || preB === '') return preA === preB ? 0 : preA === '' ? 1 : -1;
  return numeric.compare(preA, preB);
}

function partsOf(name: string): readonly [core: string, pre: string] {
  const cut = name.indexOf('-');
  return /^v?\d/.test(name) && cut !== -1 ? [name.slice(0, cut), name.slice(cut + 1)] : [name, ''];
}
