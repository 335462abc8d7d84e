import { useId } from 'react';
import * as z from 'zod';
import { Element } from '../elements/element.tsx';
import { FieldProvider } from '../elements/field.tsx';
import type { BlockProps } from './block-props.ts';
import { PlainText } from './schema.ts';
import { useScope } from './scope.tsx';
import { Plain } from './text.tsx';

export const InputShape = z.object({
  label: PlainText,
  hint: PlainText.optional(),
  optional: z.boolean().default(false),
  dispatch_action: z.boolean().default(false),
  element: z.looseObject({ type: z.string() }),
});

/** Several boxes or buttons under one label are a group; everything else is one field with a label. */
const groups = new Set(['radio_buttons', 'checkboxes']);

export function Input({ block, blockId }: BlockProps<typeof InputShape>) {
  const { errors } = useScope();
  const id = useId();
  const error = errors[blockId];
  const isGroup = groups.has(block.element.type);
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(' ');
  const label = (
    <>
      <Plain text={block.label.text} />
      {block.optional && <span className="input__optional"> (optional)</span>}
    </>
  );
  return (
    <div className="input" data-invalid={error !== undefined}>
      {isGroup ? (
        <span className="input__label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label className="input__label" id={`${id}-label`} htmlFor={`${id}-field`}>
          {label}
        </label>
      )}
      <FieldProvider
        value={{
          id: `${id}-field`,
          labelId: `${id}-label`,
          describedBy: describedBy || undefined,
          isInvalid: error !== undefined,
          isRequired: !block.optional,
          isQuiet: !block.dispatch_action,
        }}
      >
        <Element element={block.element} blockId={blockId} />
      </FieldProvider>
      {error !== undefined && (
        <p className="input__error" id={`${id}-error`}>
          <span aria-hidden="true">⚠ </span>
          {error}
        </p>
      )}
      {block.hint && (
        <p className="input__hint" id={`${id}-hint`}>
          <Plain text={block.hint.text} />
        </p>
      )}
    </div>
  );
}
