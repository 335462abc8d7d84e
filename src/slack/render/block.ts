import type { types } from '@slack/bolt';
import { plain, type Text, utc } from '../../core/text.ts';
import { clean, topText } from './clean.ts';
import { limits } from './limits.ts';

export type Block = types.KnownBlock;
export type RichTextElement = types.RichTextSection['elements'][number];

/**
 * Something to post. `plainer` says the same in blocks that every Slack knows: Slack brings new blocks out in
 * phases and refuses those that a workspace does not have yet with `invalid_blocks`.
 */
export type Message = {
  /** The whole outcome: what notifications show and screen readers read. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly plainer: readonly Block[];
};

export function message(text: string, blocks: readonly Block[], plainer: readonly Block[] = blocks): Message {
  const most = limits.blocksInMessage;
  return {
    text: topText(text, limits.topText),
    blocks: blocks.slice(0, most),
    plainer: plainer.slice(0, most),
  };
}

/** Words that stay words: no mention, no link, no emoji, no markup. */
export function plainText(text: string, max: number = limits.plainText): types.PlainTextElement {
  return { type: 'plain_text', text: clean(text, max), emoji: false };
}

export function header(text: string): types.HeaderBlock {
  return { type: 'header', text: plainText(text, limits.header) };
}

export function richText(text: Text, max: number = limits.richText): types.RichTextBlock {
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: leaves(text, max) }] };
}

export function bullets(lines: readonly Text[], max: number = limits.richText): types.RichTextBlock {
  const each = Math.max(40, Math.floor(max / Math.max(1, lines.length)));
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: lines.map((line) => ({ type: 'rich_text_section', elements: leaves(line, each) })),
      },
    ],
  };
}

/** Small print. */
export function note(text: Text): Block {
  const isPlain = text.every((span) => typeof span === 'string');
  return isPlain ? { type: 'context', elements: [plainText(plain(text), 2_000)] } : richText(text);
}

/** One leaf a span, until `max` characters are used up. Leaves are shown as they are; Slack reads no markup in them. */
export function leaves(text: Text, max: number): RichTextElement[] {
  const made: RichTextElement[] = [];
  let left = max;
  for (const span of text) {
    if (left <= 1) break;
    const [element, length] = leaf(span, left);
    if (element === null) continue;
    made.push(element);
    left -= length;
  }
  return made.length === 0 ? [{ type: 'text', text: '–' }] : made;
}

function leaf(span: Text[number], max: number): readonly [RichTextElement | null, number] {
  if (typeof span === 'string') return textLeaf(span, max);
  switch (span.kind) {
    case 'strong':
      return textLeaf(span.text, max, { bold: true });
    case 'code':
      return textLeaf(span.text, max, { code: true });
    case 'person':
      return isSlackPerson(span.id)
        ? [{ type: 'user', user_id: span.id }, span.id.length]
        : textLeaf(`@${span.id}`, max);
    case 'group':
      return isSlackGroup(span.id)
        ? [{ type: 'usergroup', usergroup_id: span.id }, span.id.length]
        : textLeaf(`@${span.id}`, max);
    case 'time':
      return [dateLeaf(span.atMs), 22];
    case 'link':
      return isWebLink(span.url)
        ? [{ type: 'link', url: span.url, text: clean(span.text, max) }, span.text.length]
        : textLeaf(span.text, max);
  }
}

function textLeaf(
  text: string,
  max: number,
  style?: { bold?: boolean; code?: boolean },
): readonly [RichTextElement | null, number] {
  if (text === '') return [null, 0];
  const shown = text.trim() === '' ? ' ' : clean(text, max);
  return [{ type: 'text', text: shown, ...(style === undefined ? {} : { style }) }, shown.length];
}

export function dateLeaf(atMs: number): types.RichTextDate {
  return {
    type: 'date',
    timestamp: Math.floor(atMs / 1_000),
    format: '{date_short_pretty} {time}',
    fallback: utc(atMs),
  };
}

/** `<!date^…>` for mrkdwn: the reader's own zone, with an absolute UTC fallback. `format` is ours alone. */
export function slackDate(atMs: number, format: string): string {
  return `<!date^${Math.floor(atMs / 1_000)}^${format}|${utc(atMs)}>`;
}

/** Slack's ids of people: `U…`, or `W…` in an Enterprise Grid. */
export function isSlackPerson(id: string): boolean {
  return /^[UW][A-Z0-9]{2,30}$/.test(id);
}

function isSlackGroup(id: string): boolean {
  return /^S[A-Z0-9]{2,30}$/.test(id);
}

export function isWebLink(url: string): boolean {
  if (url.length > limits.url || !URL.canParse(url)) return false;
  const { protocol, username } = new URL(url);
  return (protocol === 'https:' || protocol === 'http:') && username === '';
}
