import type { Inline } from './inline.ts';
import { safeLink } from './safe-link.ts';

/** One block of standard Markdown. */
export type MarkdownPart =
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

type Reading = { readonly lines: readonly string[]; at: number; readonly parts: MarkdownPart[] };

/** Reads the Markdown that release notes are written in. HTML in it stays text. */
export function readMarkdown(source: string): readonly MarkdownPart[] {
  const reading: Reading = { lines: source.replaceAll('\r', '').split('\n'), at: 0, parts: [] };
  while (reading.at < reading.lines.length) {
    const isTaken = readers.some((reader) => reader(reading));
    if (!isTaken) readParagraph(reading);
  }
  return reading.parts;
}

const readers = [readBlank, readFence, readHeading, readRule, readTable, readQuote, readList];

const lineOf = (reading: Reading, offset = 0): string => reading.lines[reading.at + offset] ?? '';

/** Takes lines for as long as they match, and gives what the first group found. */
function takeWhile(reading: Reading, pattern: RegExp): string[] {
  const taken: string[] = [];
  for (;;) {
    const match = reading.at < reading.lines.length ? pattern.exec(lineOf(reading)) : null;
    if (!match) return taken;
    taken.push(match[1] ?? '');
    reading.at += 1;
  }
}

function readBlank(reading: Reading): boolean {
  return takeWhile(reading, /^(\s*)$/).length > 0;
}

function readFence(reading: Reading): boolean {
  if (!lineOf(reading).startsWith('```')) return false;
  reading.at += 1;
  const text = takeWhile(reading, /^((?!```).*)$/).join('\n');
  reading.at += 1;
  reading.parts.push({ kind: 'code', text });
  return true;
}

function readHeading(reading: Reading): boolean {
  const match = /^(#{1,6})\s+(.*?)#*\s*$/.exec(lineOf(reading));
  if (!match) return false;
  reading.at += 1;
  const [, hashes = '#', text = ''] = match;
  reading.parts.push({ kind: 'heading', level: hashes.length, children: readMarkdownInline(text) });
  return true;
}

function readRule(reading: Reading): boolean {
  if (!/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(lineOf(reading))) return false;
  reading.at += 1;
  reading.parts.push({ kind: 'rule' });
  return true;
}

function readQuote(reading: Reading): boolean {
  const lines = takeWhile(reading, /^\s*>\s?(.*)$/);
  if (lines.length === 0) return false;
  reading.parts.push({ kind: 'quote', children: readMarkdownInline(lines.join('\n')) });
  return true;
}

function readList(reading: Reading): boolean {
  const bullets = takeWhile(reading, /^\s*[-*+]\s+(.*)$/);
  const items = bullets.length > 0 ? bullets : takeWhile(reading, /^\s*\d+[.)]\s+(.*)$/);
  if (items.length === 0) return false;
  const isOrdered = bullets.length === 0;
  reading.parts.push({ kind: 'list', isOrdered, items: items.map(readMarkdownInline) });
  return true;
}

function readTable(reading: Reading): boolean {
  if (
    !lineOf(reading).includes('|') ||
    !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lineOf(reading, 1))
  )
    return false;
  const head = cellsOf(lineOf(reading));
  reading.at += 2;
  const rows = takeWhile(reading, /^(.*\|.*)$/).map(cellsOf);
  reading.parts.push({ kind: 'table', head, rows });
  return true;
}

const cellsOf = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => readMarkdownInline(cell.trim()));

/** The first line is always taken, so that every line is read by somebody. */
function readParagraph(reading: Reading): void {
  const first = lineOf(reading);
  reading.at += 1;
  const more = takeWhile(reading, /^(?!\s*$|```|#{1,6}\s|\s*>|\s*[-*+]\s|\s*\d+[.)]\s)(.*)$/);
  reading.parts.push({ kind: 'paragraph', children: readMarkdownInline([first, ...more].join('\n')) });
}

const inlineMark =
  /`([^`\n]+)`|\*\*(?=\S)(.+?)\*\*|__(?=\S)(.+?)__|~~(?=\S)(.+?)~~|\*(?=\S)([^*\n]+?)\*|(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)|\[([^\]\n]*)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>)\]]*[^\s<>)\].,;:!?])|(\n)/;

/** `**bold**`, `*italic*`, `~~strike~~`, code, links; the rest is text. */
export function readMarkdownInline(source: string): readonly Inline[] {
  const found: Inline[] = [];
  let rest = source;
  for (;;) {
    const match = inlineMark.exec(rest);
    if (!match) break;
    if (match.index > 0) found.push({ kind: 'text', text: rest.slice(0, match.index) });
    found.push(inlineOf(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== '') found.push({ kind: 'text', text: rest });
  return found;
}

function inlineOf(match: RegExpExecArray): Inline {
  const [whole, code, bold, bold2, strike, italic, italic2, label, address, bare] = match;
  if (code !== undefined) return { kind: 'code', text: code };
  const strong = bold ?? bold2;
  if (strong !== undefined) return { kind: 'bold', children: readMarkdownInline(strong) };
  if (strike !== undefined) return { kind: 'strike', children: readMarkdownInline(strike) };
  const slanted = italic ?? italic2;
  if (slanted !== undefined) return { kind: 'italic', children: readMarkdownInline(slanted) };
  if (whole === '\n') return { kind: 'break' };
  const url = safeLink(address ?? bare ?? '');
  const children = label === undefined ? [{ kind: 'text' as const, text: whole }] : readMarkdownInline(label);
  return url === null ? { kind: 'text', text: label ?? whole } : { kind: 'link', url, children };
}
