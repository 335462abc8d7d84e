import * as z from 'zod';
import { Element } from '../elements/element.tsx';
import type { BlockProps } from './block-props.ts';
import { Picture } from './picture.tsx';
import { Image, TextObject } from './schema.ts';
import { Label, Text } from './text.tsx';

export const CardShape = z.object({
  hero_image: Image.optional(),
  icon: Image.optional(),
  title: TextObject.optional(),
  subtitle: TextObject.optional(),
  body: TextObject.optional(),
  actions: z.array(z.unknown()).optional(),
});

export function Card({ block, blockId }: BlockProps<typeof CardShape>) {
  const { hero_image, icon, title, subtitle, body, actions = [] } = block;
  return (
    <article className="card">
      {hero_image && <Picture address={hero_image.image_url} alternative={hero_image.alt_text} />}
      <div className="card__head">
        {icon && <Picture address={icon.image_url} alternative={icon.alt_text} />}
        <div>
          {title && (
            <strong className="card__title">
              <Label text={title} />
            </strong>
          )}
          {subtitle && (
            <div className="card__subtitle">
              <Label text={subtitle} />
            </div>
          )}
        </div>
      </div>
      {body && <Text text={body} />}
      {actions.length > 0 && (
        <div className="actions">
          {actions.map((element, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an element without an action_id has only its place.
            <Element key={index} element={element} blockId={blockId} />
          ))}
        </div>
      )}
    </article>
  );
}

export const CarouselShape = z.object({
  elements: z.array(CardShape.extend({ block_id: z.string().optional() })),
});

export function Carousel({ block, blockId }: BlockProps<typeof CarouselShape>) {
  return (
    <ul className="carousel">
      {block.elements.map((card, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a card without a block_id has only its place.
        <li key={index}>
          <Card block={card} blockId={card.block_id ?? blockId} />
        </li>
      ))}
    </ul>
  );
}
