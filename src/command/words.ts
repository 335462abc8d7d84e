/**
 * Cuts one typed line into words, in one pass: every character is looked at a bounded number of times, whatever the
 * line is. The line is as Slack delivers it with `should_escape`: `&amp; &lt; &gt;` for what was typed, and `<…>` for
 * people, channels and links (https://docs.slack.dev/interactivity/implementing-slash-commands).
 */
export type Words = { readonly line: string; readonly words: readonly Word[] } | Unclosed;

/** A quote that was opened and never closed, and what follows it. */
export type Unclosed = { readonly kind: 'unclosed'; readonly quote: string; readonly rest: string };

export type Word = {
  /** Without its quotes, entities resolved. */
  readonly text: string;
  /** Quoted as a whole: never a flag and never a request for help. */
  readonly isQuoted: boolean;
  /** Of a flag with a value attached, `--name=value`: where the value begins in `text`. */
  readonly valueAt: number | null;
  /** Where it stands in the line. */
  readonly start: number;
  readonly end: number;
};

export function wordsOf(text: string): Words {
  const line = straighten(text);
  const words: Word[] = [];
  let at = nextWord(line, 0);
  while (at < line.length) {
    const word = readWord(line, at);
    if ('kind' in word) return word;
    words.push(word);
    at = nextWord(line, word.end);
  }
  return { line, words };
}

/** What phones make of plain characters, back again. */
const straight = new Map([
  ...Array.from('“”„‟«»″', (quote) => [quote, '"'] as const),
  ...Array.from('‘’‚‛′', (quote) => [quote, "'"] as const),
  ...Array.from('‐‑−', (dash) => [dash, '-'] as const),
  ...Array.from(
    '\t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a',
    blank,
  ),
  ...Array.from('\u2028\u2029\u202f\u205f\u3000', blank),
]);

function blank(space: string): readonly [string, string] {
  return [space, ' '];
}

function straighten(text: string): string {
  return Array.from(text.normalize('NFC'), (character) => straight.get(character) ?? character).join('');
}

function nextWord(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ') at += 1;
  return at;
}

function readWord(line: string, start: number): Word | Unclosed {
  if (isQuote(line[start])) {
    const quoted = readQuoted(line, start);
    if ('kind' in quoted) return quoted;
    return { text: quoted.text, isQuoted: true, valueAt: null, start, end: quoted.end };
  }
  const opening = dashes(line, start);
  return readBare(line, start, opening);
}

/** An em dash before a letter is what a phone made of `--`. */
function dashes(line: string, start: number): { readonly text: string; readonly end: number } {
  let end = start;
  while (isDash(line[end])) end += 1;
  const typed = line.slice(start, end);
  const isLong = /[—–―]/.test(typed) && /[a-z?]/i.test(line[end] ?? '');
  return { text: isLong ? '--' : typed, end };
}

function readBare(line: string, start: number, opening: { text: string; end: number }): Word | Unclosed {
  const isFlag = opening.text.startsWith('-');
  let { text, end } = opening;
  let valueAt: number | null = null;
  while (end < line.length && line[end] !== ' ') {
    const isEquals = isFlag && valueAt === null && line[end] === '=';
    const next = piece(line, end);
    text += next.text;
    end = next.end;
    if (!isEquals) continue;
    valueAt = text.length;
    if (!isQuote(line[end])) continue;
    const quoted = readQuoted(line, end);
    if ('kind' in quoted) return quoted;
    return { text: text + quoted.text, isQuoted: false, valueAt, start, end: quoted.end };
  }
  return { text, isQuoted: false, valueAt, start, end };
}

type Piece = { readonly text: string; readonly end: number };

/** Reads up to the same quote before a space or the end, so that an apostrophe inside a word closes nothing. */
function readQuoted(line: string, start: number): Piece | Unclosed {
  const quote = line[start] ?? '';
  let text = '';
  let at = start + 1;
  while (at < line.length) {
    if (line[at] === quote && (at + 1 === line.length || line[at + 1] === ' ')) return { text, end: at + 1 };
    const isEscape = line[at] === '\\' && (line[at + 1] === quote || line[at + 1] === '\\');
    const next = isEscape ? { text: line[at + 1] ?? '', end: at + 2 } : piece(line, at);
    text += next.text;
    at = next.end;
  }
  return { kind: 'unclosed', quote, rest: line.slice(start) };
}

/** One character as it was typed, or one thing that Slack wrote for it. */
function piece(line: string, at: number): Piece {
  if (line[at] === '<') return mention(line, at);
  if (line[at] === '&') return unescaped(line, at);
  return { text: line[at] ?? '', end: at + 1 };
}

const escapes = [
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
] as const;

function unescaped(line: string, at: number): Piece {
  const found = escapes.find(([escaped]) => line.startsWith(escaped, at));
  return found === undefined ? { text: '&', end: at + 1 } : { text: found[1], end: at + found[0].length };
}

/** `<@U1|ada>` is `@U1`: the id, never the name. `<https://x|x>` is what was typed, `x`. */
function mention(line: string, at: number): Piece {
  let end = at + 1;
  while (end < line.length && line[end] !== '>' && line[end] !== '<') end += 1;
  if (line[end] !== '>') return { text: '<', end: at + 1 };
  const inside = line.slice(at + 1, end);
  const bar = inside.indexOf('|');
  if (bar === -1) return { text: inside, end: end + 1 };
  const isReference = /^[@#!]/.test(inside);
  return { text: isReference ? inside.slice(0, bar) : inside.slice(bar + 1), end: end + 1 };
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'" || character === '`';
}

function isDash(character: string | undefined): boolean {
  return character === '-' || character === '—' || character === '–' || character === '―';
}

/** One value as somebody would type it, so that reading it gives the same value again. */
export function typed(value: string): string {
  // A quote as phones make it closes what it stands in, as a plain one would.
  const escaped = straighten(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const isBare = /^[A-Za-z0-9@#][A-Za-z0-9@#._/+:=-]*$/.test(value) && value.toLowerCase() !== 'help';
  if (isBare) return escaped;
  return `"${escaped.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
