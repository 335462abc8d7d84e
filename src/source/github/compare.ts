import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Author, Commit, Comparison, SourceVersion } from '../source.ts';
import type { Client } from './client.ts';
import { keysBetween } from './configuration-keys.ts';
import { migrationsIn } from './paths.ts';
import { resolveRef } from './refs.ts';
import type { Settings } from './settings.ts';
import { signatureFrom, Verification } from './signatures.ts';

const PAGE = 100;
/** So many of the newest commits are listed; how many there are is known all the same. */
const PAGES_MAX = 5;
/** "Includes up to 300 changed files", on the first page alone: GitHub's page about comparing. */
const FILES_MAX = 300;

const FoundCommit = z.object({
  sha: z.string(),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().optional(), date: z.string().optional() }).nullable(),
    verification: Verification.optional(),
  }),
  author: z.object({ login: z.string().optional() }).nullable(),
});
type FoundCommit = z.infer<typeof FoundCommit>;

const Found = z.object({
  status: z.enum(['diverged', 'ahead', 'behind', 'identical']),
  ahead_by: z.int().nonnegative(),
  behind_by: z.int().nonnegative(),
  total_commits: z.int().nonnegative(),
  html_url: z.url(),
  commits: z.array(FoundCommit),
  files: z.array(z.object({ filename: z.string(), status: z.string() })).optional(),
});
type Found = z.infer<typeof Found>;

type Wanted = Pick<Settings, 'migrations' | 'configuration'>;

/** @throws {Failed} `not-found` when either does not exist */
export async function compareRefs(
  client: Client,
  wanted: Wanted,
  base: string,
  head: string,
): Promise<Comparison> {
  const [from, to] = await Promise.all([insist(client, base), insist(client, head)]);
  const basehead = `${from.commit}...${to.commit}`;
  const readPage = (page: number) =>
    client.get('/compare/{basehead}', Found, { basehead, per_page: PAGE, page });
  const first = await readPage(1).catch((error: unknown) => {
    if (hasNoCommonPast(error)) return null;
    throw error;
  });
  if (first === null) return unrelated(from, to);
  const commits = newestFirst(await laterPages(first, readPage));
  return { base: from, head: to, ...(await said(client, wanted, first, commits, from, to)) };
}

async function said(
  client: Client,
  wanted: Wanted,
  first: Found,
  commits: readonly Commit[],
  from: SourceVersion,
  to: SourceVersion,
): Promise<Omit<Comparison, 'base' | 'head'>> {
  const files = first.files ?? [];
  const hasAllFiles = first.files !== undefined && files.length < FILES_MAX;
  const migrations = migrationsIn(files, wanted.migrations);
  return {
    relation: first.status,
    aheadBy: first.ahead_by,
    behindBy: first.behind_by,
    commits,
    authors: authorsOf(commits),
    filesChanged: hasAllFiles ? files.length : null,
    // None among some of the files is not none.
    migrations:
      wanted.migrations.length === 0 || (!hasAllFiles && migrations.length === 0) ? null : migrations,
    configurationKeys:
      wanted.configuration.length === 0
        ? null
        : await keysBetween(client, wanted.configuration, from.commit ?? '', to.commit ?? ''),
    isTruncated: first.total_commits > commits.length || !hasAllFiles,
    url: first.html_url,
  };
}

async function insist(client: Client, ref: string): Promise<SourceVersion> {
  const version = await resolveRef(client, ref);
  if (version !== null) return version;
  const { owner, repo } = client.repository;
  const message = `${owner}/${repo} at GitHub knows no ${ref}`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/** Pages begin with the oldest: of very many commits the last pages hold those that people want to see. */
async function laterPages(first: Found, readPage: (page: number) => Promise<Found>): Promise<FoundCommit[]> {
  const last = Math.ceil(first.total_commits / PAGE);
  const from = Math.max(2, last - PAGES_MAX + 1);
  const pages = Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => from + index);
  const later = await Promise.all(pages.map(readPage));
  const all = [...(from === 2 ? [first] : []), ...later];
  return all.flatMap(({ commits }) => commits);
}

function newestFirst(found: readonly FoundCommit[]): Commit[] {
  return found.toReversed().map(({ sha, commit, author }) => {
    const atMs = Date.parse(commit.author?.date ?? '');
    return {
      id: sha,
      author: authorOf(commit.author?.name, author?.login),
      title: commit.message.split('\n')[0] ?? '',
      atMs: Number.isNaN(atMs) ? null : atMs,
      ...(commit.verification === undefined ? {} : { signature: signatureFrom(commit.verification) }),
    };
  });
}

/** As `people` in slipway.yml writes an account of GitHub. */
export function authorOf(name: string | undefined, login: string | undefined): Author {
  return { name: name ?? login ?? 'somebody', account: login === undefined ? null : `github:${login}` };
}

/** Each once, who wrote most first. */
function authorsOf(commits: readonly Commit[]): Author[] {
  const found = new Map<string, { readonly author: Author; readonly count: number }>();
  for (const { author } of commits) {
    const key = author.account ?? author.name;
    found.set(key, { author, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).map(({ author }) => author);
}

/** 404 with "No common ancestor between … and ….", though both are there. */
function hasNoCommonPast(error: unknown): boolean {
  return error instanceof Failed && /no common ancestor/i.test(error.failure.message);
}

function unrelated(base: SourceVersion, head: SourceVersion): Comparison {
  return {
    base,
    head,
    relation: 'unrelated',
    aheadBy: null,
    behindBy: null,
    commits: [],
    authors: [],
    filesChanged: null,
    migrations: null,
    configurationKeys: null,
    isTruncated: false,
    url: null,
  };
}
