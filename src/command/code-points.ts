/**
 * What hides in text: characters that cannot be seen, or that turn the reading direction around. The two joiners are
 * left out, because emoji and Persian words are spelled with them.
 */
const UNSEEN =
  /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;

export function unseen(text: string): string[] {
  return text.match(UNSEEN) ?? [];
}

const SHOWN_MAX = 48;

/** The text with nothing in it that could deceive the eye: everything but printable ASCII becomes `[U+202E]`. */
export function visible(text: string): string {
  const characters = Array.from(text.slice(0, SHOWN_MAX * 2));
  const shown = characters
    .slice(0, SHOWN_MAX)
    .map((character) => (isPlain(character) ? character : nameOf(character)));
  return shown.join('') + (characters.length > SHOWN_MAX ? '…' : '');
}

const POINTS_MAX = 4;

/** `U+043E (Cyrillic letter), U+202E (turns the reading direction)`: every different character that is not plain ASCII. */
export function sayCodePoints(text: string): string | null {
  const strange = [...new Set(Array.from(text).filter((character) => !isPlain(character)))];
  if (strange.length === 0) return null;
  const said = strange
    .slice(0, POINTS_MAX)
    .map((character) => `${pointOf(character)} (${kindOf(character)})`);
  const more = strange.length - said.length;
  return said.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~';
}

function nameOf(character: string): string {
  return `[${pointOf(character)}]`;
}

function pointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/u, 'turns the reading direction'],
  [/\p{Cc}/u, 'control character'],
  [UNSEEN, 'invisible'],
  [/\p{Z}/u, 'space that is not a space'],
  [/\p{Script=Cyrillic}/u, 'Cyrillic letter'],
  [/\p{Script=Greek}/u, 'Greek letter'],
  [/\p{L}/u, 'letter outside ASCII'],
];

function kindOf(character: string): string {
  return kinds.find(([kind]) => character.search(kind) !== -1)?.[1] ?? 'sign outside ASCII';
}
