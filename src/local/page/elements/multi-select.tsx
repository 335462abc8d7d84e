import { useState } from 'react';
import * as z from 'zod';
import { Option } from '../blocks/schema.ts';
import { Combobox } from './combobox.tsx';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';
import { choiceOf, choosing, useOffered } from './use-choices.ts';

export const MultiSelectShape = z.looseObject({
  type: z.enum(['multi_static_select', 'multi_external_select']),
  ...choosing,
  max_selected_items: z.number().optional(),
});

const Chosen = z.object({ selected_options: z.array(Option).default([]) });

export function MultiSelect({ element, blockId }: ElementProps<typeof MultiSelectShape>) {
  const { value, choose, control } = useField(element, blockId);
  const [typed, setTyped] = useState<string | null>(null);
  const { options, note } = useOffered(element, blockId, typed);
  const chosen = Chosen.parse(value).selected_options;
  const isFull = chosen.length >= (element.max_selected_items ?? Number.POSITIVE_INFINITY);
  const open = options.filter((option) => !chosen.some((taken) => taken.value === option.value));
  const set = (selected_options: readonly Option[]) => choose({ type: element.type, selected_options });
  const placeholder = element.placeholder?.text ?? 'Choose…';
  return (
    <div className="multi-select">
      {chosen.map((option) => (
        <button
          key={option.value}
          type="button"
          className="chip"
          aria-label={`Remove ${option.text.text}`}
          onClick={() => set(chosen.filter((taken) => taken.value !== option.value))}
        >
          {option.text.text} <span aria-hidden="true">×</span>
        </button>
      ))}
      <Combobox
        control={control}
        label={control.id ? undefined : placeholder}
        placeholder={placeholder}
        shown=""
        choices={isFull ? [] : open.map(choiceOf)}
        note={isFull ? `No more than ${element.max_selected_items}.` : note}
        onType={setTyped}
        onChoose={(choice) => {
          const option = open.find((candidate) => choiceOf(candidate).value === choice.value);
          if (option) set([...chosen, option]);
        }}
      />
    </div>
  );
}
