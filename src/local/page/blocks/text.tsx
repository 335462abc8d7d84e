import { useMemo } from 'react';
import type { Passage } from '../text/inline.ts';
import { readInline, readMrkdwn } from '../text/mrkdwn.ts';
import { Emoji, Inlines } from './inlines.tsx';
import { Preformatted } from './preformatted.tsx';
import type { TextObject } from './schema.ts';

/** A text object as a block of its own: mrkdwn with its quotes and fences, or plain text. */
export function Text({ text }: { readonly text: TextObject }) {
  return text.type === 'mrkdwn' ? (
    <Mrkdwn source={text.text} />
  ) : (
    <p className="passage">{<Plain text={text.text} />}</p>
  );
}

/** A text object inside a line. */
export function Label({ text }: { readonly text: TextObject }) {
  return text.type === 'mrkdwn' ? <Inlines inlines={readInline(text.text)} /> : <Plain text={text.text} />;
}

export function Mrkdwn({ source }: { readonly source: string }) {
  const passages = useMemo(() => readMrkdwn(source), [source]);
  // biome-ignore lint/suspicious/noArrayIndexKey: passages have no other name than their place.
  return passages.map((passage, index) => <PassageView key={index} passage={passage} />);
}

function PassageView({ passage }: { readonly passage: Passage }) {
  if (passage.kind === 'code') return <Preformatted>{passage.text}</Preformatted>;
  const words = <Inlines inlines={passage.children} />;
  return passage.kind === 'quote' ? <blockquote>{words}</blockquote> : <p className="passage">{words}</p>;
}

/** Plain text knows emoji by their short names, and nothing else. */
export function Plain({ text }: { readonly text: string }) {
  const parts = text.split(/:([a-z0-9_+'-]+):/);
  return parts.map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no other name than their place.
    index % 2 === 0 ? part : <Emoji key={index} name={part} />,
  );
}
