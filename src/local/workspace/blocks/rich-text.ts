import { textLimits } from '../limits.ts';
import { boolean, byType, type Check, integer, list, matching, object, oneOf, string, url } from './check.ts';
import { id } from './text.ts';

const many = { max: Number.POSITIVE_INFINITY };

const style = object(
  {},
  {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    code: boolean,
    underline: boolean,
    highlight: boolean,
    client_highlight: boolean,
    unlink: boolean,
  },
);

/** What a line of rich text is made of (types: @slack/types, RichTextElement). */
const leaves: Readonly<Record<string, Check>> = {
  text: object({ text: string({ min: 1 }) }, { style }),
  link: object({ url: url(textLimits.url) }, { text: string(), unsafe: boolean, style }),
  user: object({ user_id: id }, { style }),
  channel: object({ channel_id: id }, { style }),
  usergroup: object({ usergroup_id: id }, { style }),
  team: object({ team_id: id }, { style }),
  broadcast: object({ range: oneOf('here', 'channel', 'everyone') }, { style }),
  color: object({ value: matching(/^#[0-9a-fA-F]{3,8}$/, 'a hex color') }, { style }),
  emoji: object({ name: string({ min: 1 }) }, { unicode: string(), url: string(), style }),
  date: object(
    {
      timestamp: integer(0, Number.MAX_SAFE_INTEGER),
      format: matching(/\{\w+\}/, 'a format with a token such as {date_short}'),
    },
    { url: url(textLimits.url), fallback: string(), style },
  ),
};

const line = list(
  byType(() => leaves),
  many,
);
const raw = list(
  byType(() => leaves, ['text', 'link']),
  many,
);
const border = integer(0, 1);
const section = object({ elements: line });

const parts: Readonly<Record<string, Check>> = {
  rich_text_section: section,
  rich_text_list: object(
    {
      elements: list(
        byType(() => ({ rich_text_section: section })),
        { min: 1, ...many },
      ),
      style: oneOf('bullet', 'ordered'),
    },
    { indent: integer(0, 8), offset: integer(0, Number.MAX_SAFE_INTEGER), border },
  ),
  rich_text_quote: object({ elements: line }, { border }),
  rich_text_preformatted: object({ elements: raw }, { border, language: string() }),
};

/** The inside of a `rich_text` block. */
export const richText = object(
  {
    elements: list(
      byType(() => parts),
      many,
    ),
  },
  { block_id: id },
);

/** A `rich_text` block where another block holds one: a table's cell, a task's output. */
export const richTextIn = byType(() => ({ rich_text: richText }));
