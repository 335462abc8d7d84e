import * as z from 'zod';
import { Element } from '../elements/element.tsx';
import type { BlockProps } from './block-props.ts';
import { Heading } from './heading.tsx';
import { Picture } from './picture.tsx';
import { Image, PlainText, TextObject } from './schema.ts';
import { Mrkdwn, Plain } from './text.tsx';

export const HeaderShape = z.object({ text: PlainText, level: z.int().min(1).max(4).optional() });

export function Header({ block: { text, level = 1 } }: BlockProps<typeof HeaderShape>) {
  return (
    <Heading level={level}>
      <Plain text={text.text} />
    </Heading>
  );
}

export const DividerShape = z.object({});

export function Divider() {
  return <hr className="divider" />;
}

const ContextImage = Image.extend({ type: z.literal('image') });
export const ContextShape = z.object({ elements: z.array(z.union([TextObject, ContextImage])) });

export function Context({ block }: BlockProps<typeof ContextShape>) {
  return (
    <div className="context">
      {block.elements.map((element, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: context elements have no other name than their place.
        <span key={index} className="context__element">
          {element.type === 'image' ? (
            <Picture address={element.image_url} alternative={element.alt_text} />
          ) : element.type === 'mrkdwn' ? (
            <Mrkdwn source={element.text} />
          ) : (
            <Plain text={element.text} />
          )}
        </span>
      ))}
    </div>
  );
}

export const ImageShape = Image;

export function ImageView({ block }: BlockProps<typeof ImageShape>) {
  return (
    <figure className="image">
      {block.title && (
        <figcaption>
          <Plain text={block.title.text} />
        </figcaption>
      )}
      <Picture address={block.image_url} alternative={block.alt_text} />
    </figure>
  );
}

export const ActionsShape = z.object({ elements: z.array(z.unknown()) });

export function Actions({ block, blockId }: BlockProps<typeof ActionsShape>) {
  return (
    <div className="actions">
      {block.elements.map((element, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an element without an action_id has only its place.
        <Element key={index} element={element} blockId={blockId} />
      ))}
    </div>
  );
}

const levelWords = {
  default: 'Note',
  info: 'Information',
  warning: 'Warning',
  error: 'Error',
  success: 'Success',
};
const levelMarks = { default: '•', info: 'i', warning: '!', error: '✕', success: '✓' };
const Level = z.enum(['default', 'info', 'warning', 'error', 'success']);
export const AlertShape = z.object({ text: TextObject, level: Level.default('default') });

export function Alert({ block: { text, level } }: BlockProps<typeof AlertShape>) {
  return (
    <div className="alert" data-level={level}>
      <span className="alert__mark" role="img" aria-label={levelWords[level]}>
        {levelMarks[level]}
      </span>
      <div className="alert__words">
        {text.type === 'mrkdwn' ? <Mrkdwn source={text.text} /> : <Plain text={text.text} />}
      </div>
    </div>
  );
}
