import * as z from 'zod';
import type { Inline } from '../text/inline.ts';
import { safeLink } from '../text/safe-link.ts';
import type { BlockProps } from './block-props.ts';
import { Inlines } from './inlines.tsx';
import { Preformatted } from './preformatted.tsx';

const Style = z.object({
  bold: z.boolean().optional(),
  italic: z.boolean().optional(),
  strike: z.boolean().optional(),
  code: z.boolean().optional(),
});
const styled = { style: Style.optional() };

const Leaf = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), ...styled }),
  z.object({ type: z.literal('link'), url: z.string(), text: z.string().optional(), ...styled }),
  z.object({ type: z.literal('emoji'), name: z.string(), ...styled }),
  z.object({ type: z.literal('user'), user_id: z.string(), ...styled }),
  z.object({ type: z.literal('usergroup'), usergroup_id: z.string(), ...styled }),
  z.object({ type: z.literal('channel'), channel_id: z.string(), ...styled }),
  z.object({ type: z.literal('broadcast'), range: z.string(), ...styled }),
  z.object({ type: z.literal('color'), value: z.string(), ...styled }),
  z.object({
    type: z.literal('date'),
    timestamp: z.number(),
    format: z.string(),
    fallback: z.string().optional(),
    url: z.string().optional(),
    ...styled,
  }),
]);
type Leaf = z.infer<typeof Leaf>;

const leaves = { elements: z.array(Leaf) };
const Piece = z.discriminatedUnion('type', [
  z.object({ type: z.literal('rich_text_section'), ...leaves }),
  z.object({ type: z.literal('rich_text_quote'), ...leaves }),
  z.object({ type: z.literal('rich_text_preformatted'), ...leaves }),
  z.object({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    indent: z.number().default(0),
    offset: z.number().default(0),
    elements: z.array(z.object({ type: z.literal('rich_text_section'), ...leaves })),
  }),
]);
type Piece = z.infer<typeof Piece>;

export const RichTextShape = z.object({ elements: z.array(Piece) });

export function RichText({ block }: Pick<BlockProps<typeof RichTextShape>, 'block'>) {
  return (
    <div className="rich-text">
      {block.elements.map((piece, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name than their place.
        <PieceView key={index} piece={piece} />
      ))}
    </div>
  );
}

function PieceView({ piece }: { readonly piece: Piece }) {
  switch (piece.type) {
    case 'rich_text_section':
      return (
        <p className="passage">
          <Leaves leaves={piece.elements} />
        </p>
      );
    case 'rich_text_quote':
      return (
        <blockquote>
          <Leaves leaves={piece.elements} />
        </blockquote>
      );
    case 'rich_text_preformatted':
      return (
        <Preformatted>
          <Leaves leaves={piece.elements} />
        </Preformatted>
      );
    case 'rich_text_list':
      return <List piece={piece} />;
  }
}

function List({ piece }: { readonly piece: Extract<Piece, { type: 'rich_text_list' }> }) {
  const items = piece.elements.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name than their place.
    <li key={index}>
      <Leaves leaves={item.elements} />
    </li>
  ));
  const indent = { marginInlineStart: `${piece.indent * 1.5}em` };
  if (piece.style === 'bullet') return <ul style={indent}>{items}</ul>;
  return (
    <ol style={indent} start={piece.offset + 1}>
      {items}
    </ol>
  );
}

function Leaves({ leaves }: { readonly leaves: readonly Leaf[] }) {
  return <Inlines inlines={leaves.flatMap(inlinesOf)} />;
}

function inlinesOf(leaf: Leaf): readonly Inline[] {
  const { bold, italic, strike, code } = leaf.style ?? {};
  const words = leaf.type === 'text' ? linesOf(leaf.text, code === true) : [meaningOf(leaf)];
  const wraps = [bold && 'bold', italic && 'italic', strike && 'strike'] as const;
  return wraps.reduce<readonly Inline[]>(
    (inner, kind) => (kind ? [{ kind, children: inner }] : inner),
    words,
  );
}

/** `white-space` keeps the line breaks of a text leaf, so that it need not be taken apart. */
function linesOf(text: string, isCode: boolean): readonly Inline[] {
  return [{ kind: isCode ? 'code' : 'text', text }];
}

function meaningOf(leaf: Exclude<Leaf, { type: 'text' }>): Inline {
  switch (leaf.type) {
    case 'link': {
      const url = safeLink(leaf.url);
      const words: Inline = { kind: 'text', text: leaf.text || leaf.url };
      return url === null ? words : { kind: 'link', url, children: [words] };
    }
    case 'emoji':
      return { kind: 'emoji', name: leaf.name };
    case 'user':
      return { kind: 'user', id: leaf.user_id, name: null };
    case 'usergroup':
      return { kind: 'group', id: leaf.usergroup_id, name: null };
    case 'channel':
      return { kind: 'channel', id: leaf.channel_id, name: null };
    case 'broadcast':
      return { kind: 'broadcast', range: leaf.range };
    case 'color':
      return { kind: 'colour', value: leaf.value };
    case 'date':
      return {
        kind: 'date',
        unix: leaf.timestamp,
        format: leaf.format,
        fallback: leaf.fallback ?? '',
        url: safeLink(leaf.url ?? ''),
      };
  }
}
