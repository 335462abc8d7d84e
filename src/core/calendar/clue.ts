import type { Text } from '../text.ts';
import { code } from '../text.ts';
import type { Unclear } from './moment.ts';
import type { Day } from './wall.ts';

/** What single words say about a time, before it is known which moment they mean together. */
export type Clues = {
  readonly zone: string | null;
  readonly day: DayClue | null;
  /** From Monday, 0, to Sunday, 6. */
  readonly weekday: number | null;
  readonly clockMs: number | null;
  /** `Z` or `+02:00`, of a time that was written with it. */
  readonly offset: string | null;
};

export type DayClue =
  | { readonly kind: 'day'; readonly day: Day }
  /** Without a year: the next one. */
  | { readonly kind: 'month-day'; readonly month: number; readonly date: number }
  | { readonly kind: 'from-today'; readonly days: number };

export const noClues: Clues = { zone: null, day: null, weekday: null, clockMs: null, offset: null };

/** What a recogniser made of the words from one place on: how many it took, or why it cannot. Null: not its business. */
export type Found = { readonly kind: 'found'; readonly took: number; readonly clues: Partial<Clues> };
export type Recogniser = (words: readonly string[], at: number) => Found | Unclear | null;

export function found(took: number, clues: Partial<Clues>): Found {
  return { kind: 'found', took, clues };
}

export function unclear(say: Text, examples: readonly string[] = []): Unclear {
  return { kind: 'unclear', say, examples };
}

const SHOWN_MAX = 40;

/** Somebody's word with nothing in it that could deceive the eye. */
export function quoted(word: string) {
  const shown = word.slice(0, SHOWN_MAX).replace(/[^ -~]/g, '?');
  return code(shown.trim() === '' ? '?' : shown);
}
