import * as z from 'zod';
import { Element } from '../elements/element.tsx';
import type { BlockProps } from './block-props.ts';
import { TextObject } from './schema.ts';
import { Label, Text } from './text.tsx';

export const SectionShape = z.object({
  text: TextObject.optional(),
  fields: z.array(TextObject).optional(),
  accessory: z.unknown().optional(),
});

export function Section({ block, blockId }: BlockProps<typeof SectionShape>) {
  const { text, fields, accessory } = block;
  return (
    <div className="section">
      <div className="section__words">
        {text && <Text text={text} />}
        {fields && (
          <ul className="section__fields">
            {fields.map((field, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: fields have no other name than their place.
              <li key={index}>
                <Label text={field} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {accessory !== undefined && (
        <div className="section__accessory">
          <Element element={accessory} blockId={blockId} />
        </div>
      )}
    </div>
  );
}
