import { Failed } from '../../core/failure.ts';
import type { Author, Commit, Comparison, ConfigurationKeys, SourceVersion } from '../source.ts';
import type { Release } from './file.ts';

/** As many as GitHub gives of one comparison without paging. */
const COMMITS_MAX = 250;
const COMMIT_LETTERS_MIN = 7;

/** A version's name, its commit, or at least seven letters of that; null for what fits nothing, or more than one. */
export function releaseFor(releases: readonly Release[], ref: string): Release | null {
  const named = releases.find(({ version, commit }) => version === ref || commit === ref);
  if (named !== undefined || ref.length < COMMIT_LETTERS_MIN) return named ?? null;
  const [only, ...others] = releases.filter(({ commit }) => commit?.startsWith(ref));
  return others.length > 0 ? null : (only ?? null);
}

export function versionOf({ version, commit }: Release): SourceVersion {
  return { name: version, commit };
}

/**
 * A changelog is one straight line, so that one release is before or after another and never beside it.
 * @param releases newest first
 */
export function compareReleases(releases: readonly Release[], base: Release, head: Release): Comparison {
  const [baseAt, headAt] = [releases.indexOf(base), releases.indexOf(head)];
  const gained = releases.slice(headAt, baseAt);
  const lost = releases.slice(baseAt, headAt);
  const commits = gained.flatMap((release) => release.commits.map((commit) => commitOf(commit, release)));
  return {
    base: versionOf(base),
    head: versionOf(head),
    relation: baseAt === headAt ? 'identical' : headAt < baseAt ? 'ahead' : 'behind',
    aheadBy: commits.length,
    behindBy: lost.flatMap((release) => release.commits).length,
    commits: commits.slice(0, COMMITS_MAX),
    authors: authorsOf(commits),
    filesChanged: base.files === undefined ? null : new Set(gained.flatMap(({ files }) => files ?? [])).size,
    migrations:
      base.migrations === undefined ? null : inOrder(gained).flatMap(({ migrations }) => migrations ?? []),
    configurationKeys: base.configuration === undefined ? null : keysOf(inOrder(gained)),
    isTruncated: commits.length > COMMITS_MAX,
    url: null,
  };
}

/** Oldest first: as they happen when one after the other is brought out. */
function inOrder(releases: readonly Release[]): readonly Release[] {
  return releases.toReversed();
}

function commitOf({ id, author, title, at }: Release['commits'][number], release: Release): Commit {
  const moment = at ?? release.at;
  return { id, author, title, atMs: moment === undefined ? null : Date.parse(moment) };
}

function authorsOf(commits: readonly Commit[]): Author[] {
  const found = new Map<string, { author: Author; count: number }>();
  for (const { author } of commits) {
    const key = author.account ?? author.name;
    found.set(key, { author, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).map(({ author }) => author);
}

type How = keyof ConfigurationKeys;

/** What two changes after one another come to; any other pair comes to the second. */
const together: Partial<Record<`${How} ${How}`, How | 'nothing'>> = {
  'added removed': 'nothing',
  'removed added': 'changed',
  'added changed': 'added',
};

/** What is left of several changes after one another: a key that came and went has not changed at all. */
function keysOf(releases: readonly Release[]): ConfigurationKeys {
  const net = new Map<string, How | 'nothing'>();
  for (const [key, how] of releases.flatMap(({ configuration }) => changesIn(configuration))) {
    const before = net.get(key) ?? 'nothing';
    net.set(key, before === 'nothing' ? how : (together[`${before} ${how}`] ?? how));
  }
  const keys = (what: How) => [...net].filter(([, how]) => how === what).map(([key]) => key);
  return { added: keys('added'), removed: keys('removed'), changed: keys('changed') };
}

function changesIn(configuration: Release['configuration']): [string, How][] {
  const { added = [], changed = [], removed = [] } = configuration ?? {};
  return [
    ...added.map((key): [string, How] => [key, 'added']),
    ...changed.map((key): [string, How] => [key, 'changed']),
    ...removed.map((key): [string, How] => [key, 'removed']),
  ];
}

/** @throws {Failed} `not-found` */
export function releaseNamed(releases: readonly Release[], ref: string): Release {
  const release = releaseFor(releases, ref);
  if (release !== null) return release;
  throw new Failed({ code: 'not-found', message: `the changelog knows no ${ref}`, retryAfterMs: null });
}
