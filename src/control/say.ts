import type { Answer, Part, Reply } from '../core/answer.ts';
import { sayWhen } from '../core/calendar/say-moment.ts';
import type { Offer, Refusal } from '../core/refusal.ts';
import { plain, type Span, type Text } from '../core/text.ts';

/** How things are called at the command line, and in which zone times are said. */
export type Manner = {
  readonly zone: string;
  readonly nowMs: number;
  /** The name of a command in Slack, with its verb where it has one, and what it is called here. */
  readonly called: ReadonlyMap<string, string>;
  /** What can be typed here by its own name. */
  readonly names: ReadonlySet<string>;
};

type Typed = { readonly command: string; readonly text: string };

/** A command as it is typed here; null for what can be typed in Slack alone. */
export function typedHere({ command, text }: Typed, { called, names }: Manner): Typed | null {
  if (names.has(command)) return { command, text };
  const [verb = '', ...words] = text.split(' ');
  const byVerb = called.get(`${command} ${verb}`);
  if (byVerb !== undefined) return { command: byVerb, text: words.join(' ') };
  const byName = called.get(command);
  return byName === undefined ? null : { command: byName, text };
}

/** A reply as lines for a terminal. Nothing in it can steer that terminal, whatever somebody named their branch. */
export function sayReply(reply: Reply, manner: Manner): string[] {
  const lines = reply.kind === 'refusal' ? sayRefusal(reply, manner) : sayAnswer(reply, manner);
  return lines.map(harmless);
}

function sayRefusal({ message, next, offers = [] }: Refusal, manner: Manner): string[] {
  return [
    sayText(message, manner),
    ...(next === undefined ? [] : [sayText(next, manner)]),
    ...offers.map((offer) => `  ${offer.label}: ${sayOffer(offer, manner)}`),
  ];
}

function sayAnswer({ title, sentence, parts, offers = [] }: Answer, manner: Manner): string[] {
  const said = parts.flatMap((part) => sayPart(part, manner));
  return [
    ...(title === undefined ? [] : [title, '']),
    ...(said.length === 0 ? [sentence] : said),
    ...offers.map((offer) => `${offer.label}: ${sayOffer(offer, manner)}`),
  ];
}

function sayPart(part: Part, manner: Manner): string[] {
  switch (part.kind) {
    case 'text':
    case 'note':
      return [sayText(part.text, manner)];
    case 'facts':
      return align(part.facts.map(({ name, value }) => [`${name}:`, sayText(value, manner)]));
    case 'table':
      return part.rows.length === 0 ? [`${part.caption}: nothing`] : align([part.columns, ...part.rows]);
    case 'chart':
      return [part.title, ...align(chartRows(part))];
    case 'log':
      return [...part.lines];
  }
}

function chartRows({ categories, series, unit }: Extract<Part, { kind: 'chart' }>): string[][] {
  return [
    ['', ...series.map(({ name }) => name)],
    ...categories.map((category, at) => [
      category,
      ...series.map(({ points }) => {
        const point = points[at] ?? null;
        return point === null ? 'not measured' : `${point} ${unit}`;
      }),
    ]),
  ];
}

const CELL_MAX = 80;

/** Columns as wide as their widest cell; what is very long is cut. */
function align(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cut(harmless(cell.replaceAll('\n', ' ')))));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ''))),
  );
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cut(cell: string): string {
  const letters = Array.from(cell);
  return letters.length > CELL_MAX ? `${letters.slice(0, CELL_MAX - 1).join('')}…` : cell;
}

function widthOf(cell: string): number {
  return Array.from(cell).length;
}

function sayText(text: Text, manner: Manner): string {
  return text.map((span) => saySpan(span, manner)).join('');
}

function saySpan(span: Span, manner: Manner): string {
  if (typeof span === 'string') return span;
  if (span.kind === 'time') return sayWhen(span.atMs, manner.zone, manner.nowMs);
  if (span.kind === 'code') return sayCommand(span.text, manner);
  if (span.kind === 'link') return `${span.text} (${span.url})`;
  return plain([span]);
}

/** `/deploy-rollback api` as it is typed here, where it can be. */
function sayCommand(typed: string, manner: Manner): string {
  const [, command = '', text = ''] = /^\/([a-z-]+) ?(.*)$/s.exec(typed) ?? [];
  const here = typedHere({ command, text }, manner);
  return here === null ? typed : `slipway ${here.command} ${here.text}`.trim();
}

function sayOffer({ command, text }: Offer, manner: Manner): string {
  return sayCommand(`/${command} ${text}`.trim(), manner);
}

/** Without the characters that move the cursor, colour, ring or turn the direction of what is written. */
function harmless(line: string): string {
  return line.replaceAll(/[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu, '·');
}
