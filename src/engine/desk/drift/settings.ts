import type { Part } from '../../../core/answer.ts';
import type { Setting } from '../../../platform/platform.ts';

/** How one key is at two ends. `unreadable`: it is there at both, and one end does not show what it is set to. */
export type KeyState = 'same' | 'differs' | 'only-base' | 'only-head' | 'unreadable';

export type ComparedKey = { readonly key: string; readonly state: KeyState };

/** By hashes alone: no value ever comes so far. */
export function compareSettings(base: readonly Setting[], head: readonly Setting[]): ComparedKey[] {
  const [from, to] = [byKey(base), byKey(head)];
  const keys = [...new Set([...from.keys(), ...to.keys()])].toSorted();
  return keys.map((key) => ({ key, state: stateOf(from.get(key), to.get(key)) }));
}

function byKey(settings: readonly Setting[]): ReadonlyMap<string, Setting> {
  return new Map(settings.map((setting) => [setting.key, setting]));
}

function stateOf(from: Setting | undefined, to: Setting | undefined): KeyState {
  if (to === undefined) return 'only-base';
  if (from === undefined) return 'only-head';
  if (from.hash === null || to.hash === null) return 'unreadable';
  return from.hash === to.hash ? 'same' : 'differs';
}

/** What the two ends are called where something is only at one of them: `only in staging`, `taken away since`. */
export type EndWords = { readonly base: string; readonly head: string };

const NAMES_MAX = 5;

/** `12 the same, 2 differ (LIMIT, URL), 1 only in staging (DEBUG)`. */
export function saySettings(keys: readonly ComparedKey[], words: EndWords): string {
  if (keys.length === 0) return 'none on either side';
  const groups: [KeyState, string][] = [
    ['differs', 'differ'],
    ['only-base', words.base],
    ['only-head', words.head],
    ['unreadable', 'not readable'],
  ];
  const told = groups.flatMap(([state, word]) => {
    const names = keys.filter((each) => each.state === state).map(({ key }) => key);
    if (names.length === 0) return [];
    const more = names.length > NAMES_MAX ? `, ${names.length - NAMES_MAX} more` : '';
    return [`${names.length} ${word} (${names.slice(0, NAMES_MAX).join(', ')}${more})`];
  });
  const same = keys.filter(({ state }) => state === 'same').length;
  return [...(same > 0 || told.length === 0 ? [`${same} the same`] : []), ...told].join(', ');
}

const ROWS_MAX = 60;

/** Every key that is not known to be the same, and how many are. */
export function settingsParts(caption: string, keys: readonly ComparedKey[], words: EndWords): Part[] {
  const word: Record<KeyState, string> = {
    same: 'same',
    differs: 'differs',
    'only-base': words.base,
    'only-head': words.head,
    unreadable: 'not readable',
  };
  const told = keys.filter(({ state }) => state !== 'same');
  const same = keys.length - told.length;
  const more = told.length > ROWS_MAX ? `; ${told.length - ROWS_MAX} more keys are not listed here` : '';
  const note: Part = {
    kind: 'note',
    text: [
      `${caption}: ${same} of ${keys.length} keys are the same${more}. Values are compared by hash and never shown.`,
    ],
  };
  if (told.length === 0) return [note];
  const rows = told.slice(0, ROWS_MAX).map(({ key, state }) => [key, word[state]]);
  return [{ kind: 'table', caption, columns: ['Key', 'State'], rows }, note];
}

export function isDifferent(keys: readonly ComparedKey[]): boolean {
  return keys.some(({ state }) => state !== 'same' && state !== 'unreadable');
}
