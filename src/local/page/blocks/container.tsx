import { useId, useState } from 'react';
import * as z from 'zod';
import type { BlockProps } from './block-props.ts';
import { Picture } from './picture.tsx';
import { RichText, RichTextShape } from './rich-text.tsx';
import { Image, PlainText, TextObject } from './schema.ts';
import { useScope } from './scope.tsx';
import { Label, Plain } from './text.tsx';

export const ContainerShape = z.object({
  title: PlainText.optional(),
  rich_text_title: RichTextShape.optional(),
  subtitle: TextObject.optional(),
  icon: Image.optional(),
  child_blocks: z.array(z.unknown()),
  width: z.enum(['narrow', 'standard', 'wide', 'full']).default('standard'),
  is_collapsible: z.boolean().default(false),
  default_collapsed: z.boolean().default(false),
});

export function Container({ block }: BlockProps<typeof ContainerShape>) {
  const [isOpen, setOpen] = useState(!(block.is_collapsible && block.default_collapsed));
  const { Blocks } = useScope();
  const body = useId();
  const head = <Head block={block} />;
  return (
    <section className="container" data-width={block.width}>
      {block.is_collapsible ? (
        <button
          type="button"
          className="container__head"
          aria-expanded={isOpen}
          aria-controls={body}
          onClick={() => setOpen(!isOpen)}
        >
          <span className="container__arrow" aria-hidden="true" />
          {head}
        </button>
      ) : (
        <div className="container__head">{head}</div>
      )}
      <div id={body} className="container__body" hidden={!isOpen}>
        <Blocks blocks={block.child_blocks} />
      </div>
    </section>
  );
}

function Head({
  block: { title, rich_text_title, subtitle, icon },
}: {
  readonly block: z.infer<typeof ContainerShape>;
}) {
  return (
    <>
      {icon && <Picture address={icon.image_url} alternative={icon.alt_text} />}
      <span className="container__words">
        {title && (
          <strong>
            <Plain text={title.text} />
          </strong>
        )}
        {rich_text_title && <RichText block={rich_text_title} />}
        {subtitle && (
          <span className="container__subtitle">
            <Label text={subtitle} />
          </span>
        )}
      </span>
    </>
  );
}
