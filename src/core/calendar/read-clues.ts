import { closest } from '../closest.ts';
import { amountOf, clockWord, stampWord } from './clock-words.ts';
import { type Clues, type Found, found, noClues, quoted, type Recogniser, unclear } from './clue.ts';
import { dayVocabulary, monthDay, nearDay, numericDay, weekdayWord } from './day-words.ts';
import type { Unclear } from './moment.ts';
import { explainMistaken, explainZone, zoneNamed } from './zone.ts';

const TEXT_MAX = 200;

/** The words of a text, lower case; null when there are more than any time needs. */
export function wordsIn(text: string, charactersMax = TEXT_MAX): readonly string[] | null {
  if (text.length > charactersMax) return null;
  return text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

export const tooLong = unclear([`That is longer than the ${TEXT_MAX} characters that a time needs.`]);

const filler: Recogniser = (words, at) => {
  const isFiller = words[at] === 'at' || words[at] === 'on';
  return isFiller && at + 1 < words.length ? found(1, {}) : null;
};

/** A word with a letter first and a slash in it, or one of those that people take for zones. */
const zoneWord: Recogniser = (words, at) => {
  const word = words[at] ?? '';
  const zone = zoneNamed(word);
  if (zone !== null) return found(1, { zone });
  const mistaken = /^[a-z][^/]*\//.test(word) ? explainZone(word) : explainMistaken(word);
  if (mistaken === null) return null;
  const { because, meant } = mistaken;
  return unclear(
    [quoted(word), ` ${because}. Name a place such as ${meant[0] ?? 'Europe/Berlin'}, or UTC.`],
    meant.map((place) => words.with(at, place).join(' ')),
  );
};

const vocabulary = [...dayVocabulary, 'noon', 'now', 'in', 'ago'];

const recognisers = [filler, stampWord, numericDay, monthDay, clockWord, nearDay, weekdayWord, zoneWord];

/** Goes over the words once. Each may say one thing, nothing may be said twice, and every word has to be understood. */
export function readClues(
  words: readonly string[],
): { readonly kind: 'clues'; readonly clues: Clues } | Unclear {
  let clues = noClues;
  let at = 0;
  while (at < words.length) {
    const next = recognise(words, at);
    if (next.kind === 'unclear') return next;
    const twice = Object.keys(next.clues).find((name) => clues[name as keyof Clues] !== null);
    if (twice !== undefined) return unclear([`The ${said.get(twice) ?? 'time'} is given twice.`]);
    clues = { ...clues, ...next.clues };
    at += next.took;
  }
  return { kind: 'clues', clues };
}

const said = new Map([
  ['zone', 'zone'],
  ['day', 'day'],
  ['weekday', 'weekday'],
]);

function recognise(words: readonly string[], at: number): Found | Unclear {
  for (const recogniser of recognisers) {
    const result = recogniser(words, at);
    if (result !== null) return result;
  }
  return unknownWord(words, at);
}

function unknownWord(words: readonly string[], at: number): Unclear {
  const word = words[at] ?? '';
  if (amountOf(words) !== null) return unclear(['From when on? Say in how long.'], [`in ${words.join(' ')}`]);
  if (word === 'in') return unclear(['How far from now is said in numbers with s, m, h, d or w after them.']);
  const guesses = [...closest(word, vocabulary), ...explainZone(word).meant];
  return unclear(
    [quoted(word), ' is nothing that I understand as part of a time.'],
    guesses.map((guess) => words.with(at, guess).join(' ')),
  );
}
