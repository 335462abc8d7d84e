import { useState } from 'react';
import * as z from 'zod';
import { Confirm, Option } from '../blocks/schema.ts';
import { Combobox } from './combobox.tsx';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';
import { choiceOf, choosing, useOffered } from './use-choices.ts';
import { useConfirmed } from './use-confirmed.tsx';

export const SelectShape = z.looseObject({
  type: z.enum(['static_select', 'external_select']),
  ...choosing,
  confirm: Confirm.optional(),
});

const Chosen = z.object({ selected_option: Option.nullable().default(null) });

export function Select({ element, blockId }: ElementProps<typeof SelectShape>) {
  const { value, choose, control } = useField(element, blockId);
  const { ask, question } = useConfirmed(element.confirm);
  const [typed, setTyped] = useState<string | null>(null);
  const { options, note } = useOffered(element, blockId, typed);
  const chosen = Chosen.parse(value).selected_option;
  const placeholder = element.placeholder?.text ?? 'Choose…';
  return (
    <>
      <Combobox
        control={control}
        label={control.id ? undefined : placeholder}
        placeholder={placeholder}
        shown={chosen?.text.text ?? ''}
        choices={options.map(choiceOf)}
        note={note}
        onType={setTyped}
        onChoose={(choice) => {
          const option = options.find((candidate) => choiceOf(candidate).value === choice.value);
          if (option) ask(() => choose({ type: element.type, selected_option: option }));
        }}
      />
      {question}
    </>
  );
}
