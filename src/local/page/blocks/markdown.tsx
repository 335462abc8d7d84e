import { useMemo } from 'react';
import * as z from 'zod';
import { type MarkdownPart, readMarkdown } from '../text/markdown.ts';
import type { BlockProps } from './block-props.ts';
import { Heading } from './heading.tsx';
import { Inlines } from './inlines.tsx';
import { Preformatted } from './preformatted.tsx';

export const MarkdownShape = z.object({ text: z.string() });

export function Markdown({ block: { text } }: BlockProps<typeof MarkdownShape>) {
  const parts = useMemo(() => readMarkdown(text), [text]);
  return (
    <div className="markdown">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name than their place.
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { readonly part: MarkdownPart }) {
  switch (part.kind) {
    case 'heading':
      return (
        <Heading level={part.level}>
          <Inlines inlines={part.children} />
        </Heading>
      );
    case 'paragraph':
      return (
        <p className="passage">
          <Inlines inlines={part.children} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Inlines inlines={part.children} />
        </blockquote>
      );
    case 'code':
      return <Preformatted>{part.text}</Preformatted>;
    case 'rule':
      return <hr className="divider" />;
    case 'list':
      return <List part={part} />;
    case 'table':
      return <Table part={part} />;
  }
}

function List({ part }: { readonly part: Extract<MarkdownPart, { kind: 'list' }> }) {
  const items = part.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name than their place.
    <li key={index}>
      <Inlines inlines={item} />
    </li>
  ));
  return part.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function Table({ part }: { readonly part: Extract<MarkdownPart, { kind: 'table' }> }) {
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            {part.head.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place.
              <th key={index} scope="col">
                <Inlines inlines={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {part.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place.
            <tr key={at}>
              {row.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other name than their place.
                <td key={index}>
                  <Inlines inlines={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
