import { Failed } from '../core/failure.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Comparison, Source } from '../source/source.ts';
import type { Subject } from './gate.ts';
import { quoted } from './words.ts';

/** What was seen where the code comes from, or why nothing was. */
export type Looked<T> =
  | { readonly kind: 'looked'; readonly commit: string; readonly value: T }
  | { readonly kind: 'not-looked'; readonly because: string };

type Asked = Pick<Subject, 'source' | 'target'>;

/**
 * Asks the source about the commit that is to be deployed. Whatever keeps it from answering is a reason and not a
 * failure: it may answer soon.
 * @param ask null where this kind of source cannot say such a thing
 */
export async function lookInSource<T>(
  { source, target }: Asked,
  ask: (source: Source, commit: string) => Promise<T> | null,
): Promise<Looked<T>> {
  const { version, service } = target;
  if (source === null)
    return notLooked(`it is not configured where the code of ${quoted(service)} comes from`);
  if (version.commit === null) return notLooked(`nobody says which commit ${quoted(version.name)} is`);
  try {
    const commit = await wholeOf(source, version.commit);
    if (commit === null) return notLooked(`${source.kind} knows no commit ${quoted(version.commit)}`);
    const asked = ask(source, commit);
    if (asked === null) return notLooked(`${source.kind} cannot say such a thing of a commit`);
    return { kind: 'looked', commit, value: await asked };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return notLooked(error.failure.message);
  }
}

/** Platforms may shorten what they tell; what is asked about has to be one commit and no other. */
async function wholeOf(source: Source, commit: string): Promise<string | null> {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  return (await source.resolve(commit))?.commit ?? null;
}

function notLooked(because: string): Looked<never> {
  return { kind: 'not-looked', because: because.replace(/[\s.]+$/, '') };
}

/** Judges what was seen; nothing seen is unknown. */
export function judgeLooked<T>(looked: Looked<T>, judge: (value: T, commit: string) => Verdict): Verdict {
  return looked.kind === 'looked'
    ? judge(looked.value, looked.commit)
    : { kind: 'unknown', because: looked.because };
}

/** What a deployment brings: everything that was not in what runs there now, newest first. */
export type Brought =
  | { readonly kind: 'known'; readonly commits: Comparison['commits']; readonly isFirst: boolean }
  | { readonly kind: 'not-known'; readonly because: string };

/** @throws {Failed} */
export async function broughtBy(
  source: Source,
  { before }: Subject['target'],
  commit: string,
): Promise<Brought> {
  if (before === null) return { kind: 'known', commits: [], isFirst: true };
  if (before.version.commit === null) {
    return notKnown(`nobody says which commit ${quoted(before.version.name)} is, which runs there now`);
  }
  const { relation, commits, aheadBy } = await source.compare(before.version.commit, commit);
  if (relation === 'unrelated') return notKnown('it has no common past with what runs there now');
  if (aheadBy === null || aheadBy > commits.length) {
    return notKnown(`it brings more commits than the ${commits.length} that were read`);
  }
  return { kind: 'known', commits, isFirst: false };
}

function notKnown(because: string): Brought {
  return { kind: 'not-known', because };
}

/** As many letters of a commit as people compare. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}
