import type { Checks } from '../source.ts';

/** One thing that was checked of a commit, from either world: a commit status or a check run. */
export type Checked = { readonly name: string; readonly how: 'pass' | 'fail' | 'pending' | 'unknown' };

export type Read = {
  readonly checked: readonly Checked[];
  /** Names that have to be green before anything is merged; null where nobody may know. */
  readonly required: readonly string[] | null;
  /** What could not be read, each in a few words. */
  readonly unread: readonly string[];
};

const statusWords = new Map<string, Checked['how']>([
  ['success', 'pass'],
  ['failure', 'fail'],
  ['error', 'fail'],
  ['pending', 'pending'],
]);

/** The two worlds' words in ours; a word that we do not know is `unknown`. */
export function howOfStatus(state: string): Checked['how'] {
  return statusWords.get(state) ?? 'unknown';
}

const conclusions = new Map<string, Checked['how']>([
  ['success', 'pass'],
  ['neutral', 'pass'],
  ['skipped', 'pass'],
  ['failure', 'fail'],
  ['timed_out', 'fail'],
  ['cancelled', 'fail'],
  ['action_required', 'fail'],
  ['startup_failure', 'fail'],
  // GitHub gave up on it after two weeks: nobody knows.
  ['stale', 'unknown'],
]);
const underWay = new Set(['queued', 'in_progress', 'waiting', 'requested', 'pending']);

export function howOfRun(status: string, conclusion: string | null): Checked['how'] {
  if (underWay.has(status)) return 'pending';
  if (status !== 'completed' || conclusion === null) return 'unknown';
  return conclusions.get(conclusion) ?? 'unknown';
}

const NAMES_MAX = 5;

/**
 * Where it is known what is required, that alone counts, and all of it has to have passed; otherwise everything does.
 * Nothing checked is not good, and neither is what could not be read.
 */
export function judgeChecks({ checked, required, unread }: Read): Checks {
  const isRequired = required !== null && required.length > 0;
  const counted = isRequired ? checked.filter(({ name }) => required.includes(name)) : checked;
  const what = isRequired ? 'required check' : 'check';
  const failing = namesOf(counted, 'fail');
  if (failing.length > 0) {
    const many = `${failing.length} of ${counted.length} ${what}s failed`;
    return { state: 'fail', failing, because: `${many}: ${listed(failing)}` };
  }
  const because = doubtOf(counted, isRequired ? required : [], unread);
  if (because !== null) return { state: 'unknown', failing: [], because };
  const others = namesOf(checked, 'fail');
  const besides = others.length === 0 ? '' : `; not required, and red: ${listed(others)}`;
  const all = counted.length === 1 ? `the only ${what} passed` : `all ${counted.length} ${what}s passed`;
  return { state: 'pass', failing: [], because: `${all}${besides}` };
}

/** Why nobody can say that it is good; null when somebody can. */
function doubtOf(
  counted: readonly Checked[],
  required: readonly string[],
  unread: readonly string[],
): string | null {
  const silent = required.filter((name) => !counted.some((one) => one.name === name));
  if (silent.length > 0) return `required, and not heard of: ${listed(silent)}`;
  const pending = namesOf(counted, 'pending');
  if (pending.length > 0) return `still running: ${listed(pending)}`;
  const strange = namesOf(counted, 'unknown');
  if (strange.length > 0) return `it is not known how these ended: ${listed(strange)}`;
  if (unread.length > 0) return `not readable: ${unread.join(', ')}`;
  return counted.length === 0 ? 'no check of it has been heard of' : null;
}

function namesOf(checked: readonly Checked[], how: Checked['how']): string[] {
  return [...new Set(checked.filter((one) => one.how === how).map(({ name }) => name))];
}

export function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return more > 0 ? `${names.slice(0, NAMES_MAX).join(', ')} and ${more} more` : names.join(', ');
}
