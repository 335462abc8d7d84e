import { amountOf } from './clock-words.ts';
import { type Clues, quoted, unclear } from './clue.ts';
import type { Unclear } from './moment.ts';
import { readClues, wordsIn } from './read-clues.ts';
import { explainMistaken, explainZone, zoneNamed } from './zone.ts';

const TEXT_MAX = 1_000;

/** The words of a window, every way of writing "until" as a dash; null when there are more than any window needs. */
export function windowWordsIn(text: string): readonly string[] | null {
  return wordsIn(text.replaceAll('->', ' - '), TEXT_MAX)?.flatMap(apart) ?? null;
}

export const tooLongWindow = unclear([`That is longer than the ${TEXT_MAX} characters that a window needs.`]);

const clock = '[0-9]{1,2}(?::[0-9]{2})?(?:am|pm)?';
const RANGE = new RegExp(`^(${clock})[-–—−](${clock})$`);

function apart(word: string): readonly string[] {
  if (/^(?:[-–—−→]|to|until|till)$/.test(word)) return ['-'];
  const range = RANGE.exec(word);
  return range === null ? [word] : [range[1] ?? '', '-', range[2] ?? ''];
}

/** Takes the one zone out of the words, wherever it stands. */
export function takeZone(
  words: readonly string[],
): { readonly kind: 'taken'; readonly zone: string | null; readonly words: readonly string[] } | Unclear {
  const at = words.findIndex(isMeantAsZone);
  const word = words[at];
  if (word === undefined) return { kind: 'taken', zone: null, words };
  const zone = zoneNamed(word);
  if (zone !== null) return { kind: 'taken', zone, words: words.toSpliced(at, 1) };
  const { because, meant } = explainZone(word);
  return unclear(
    [quoted(word), ` ${because}.`],
    meant.map((guess) => words.with(at, guess).join(' ')),
  );
}

function isMeantAsZone(word: string): boolean {
  return word === 'utc' || /^[a-z_]+\/[a-z]/.test(word) || explainMistaken(word) !== null;
}

/** From when, and until when or for how long. */
export type Span = {
  readonly from: readonly string[];
  readonly until: readonly string[] | null;
  readonly lengthMs: number | null;
};

const AMOUNT_WORDS_MAX = 6;

/** `sat 02:00 - 05:00`, `sat 02:00 3h`, `sat 02:00 for 3 hours`. */
export function spanOf(typed: readonly string[]): Span | Unclear {
  const words = typed[0] === 'from' ? typed.slice(1) : typed;
  const dash = words.indexOf('-');
  if (dash !== -1) return { from: words.slice(0, dash), until: words.slice(dash + 1), lengthMs: null };
  const longest = Math.min(AMOUNT_WORDS_MAX, words.length);
  for (let taken = longest; taken > 0; taken -= 1) {
    const lengthMs = amountOf(words.slice(-taken));
    if (lengthMs === null) continue;
    const before = words.slice(0, -taken);
    return { from: before.at(-1) === 'for' ? before.slice(0, -1) : before, until: null, lengthMs };
  }
  return { from: words, until: null, lengthMs: null };
}

/** The clues at the end of a window, where `24:00` may stand for the midnight that ends the day. */
export function endClues(
  words: readonly string[],
): { readonly kind: 'clues'; readonly clues: Clues; readonly isDayEnd: boolean } | Unclear {
  const isDayEnd = words.includes('24:00');
  const read = readClues(words.map((word) => (word === '24:00' ? '00:00' : word)));
  return read.kind === 'unclear' ? read : { ...read, isDayEnd };
}
