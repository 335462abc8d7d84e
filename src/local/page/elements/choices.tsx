import { useId } from 'react';
import * as z from 'zod';
import { Confirm, Option } from '../blocks/schema.ts';
import { Label } from '../blocks/text.tsx';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';
import { useConfirmed } from './use-confirmed.tsx';

export const ChoicesShape = z.looseObject({
  type: z.enum(['radio_buttons', 'checkboxes']),
  action_id: z.string(),
  options: z.array(Option).min(1),
  confirm: Confirm.optional(),
});

type Props = ElementProps<typeof ChoicesShape>;

const Chosen = z.object({
  selected_option: Option.nullable().default(null),
  selected_options: z.array(Option).default([]),
});

export function RadioButtons({ element, blockId }: Props) {
  const { value, choose, labelId, control } = useField(element, blockId);
  const { ask, question } = useConfirmed(element.confirm);
  const chosen = Chosen.parse(value).selected_option?.value;
  const name = useId();
  return (
    <div
      className="choices"
      role="radiogroup"
      aria-labelledby={labelId}
      aria-describedby={control['aria-describedby']}
    >
      {element.options.map((option) => (
        <Choice key={option.value} option={option}>
          <input
            type="radio"
            name={name}
            checked={option.value === chosen}
            onChange={() => ask(() => choose({ type: element.type, selected_option: option }))}
          />
        </Choice>
      ))}
      {question}
    </div>
  );
}

export function Checkboxes({ element, blockId }: Props) {
  const { value, choose, labelId, control } = useField(element, blockId);
  const { ask, question } = useConfirmed(element.confirm);
  const chosen = Chosen.parse(value).selected_options.map((option) => option.value);
  const turn = (option: Option, isOn: boolean) => {
    const selected_options = element.options.filter((candidate) =>
      candidate.value === option.value ? isOn : chosen.includes(candidate.value),
    );
    choose({ type: element.type, selected_options });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot take its label from the input block around it.
    <div
      className="choices"
      role="group"
      aria-labelledby={labelId}
      aria-describedby={control['aria-describedby']}
    >
      {element.options.map((option) => (
        <Choice key={option.value} option={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option.value)}
            onChange={(event) => {
              const isOn = event.currentTarget.checked;
              ask(() => turn(option, isOn));
            }}
          />
        </Choice>
      ))}
      {question}
    </div>
  );
}

function Choice({ option, children }: { readonly option: Option; readonly children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="choice">
      {children}
      <span>
        <Label text={option.text} />
        {option.description && (
          <span className="choice__description">
            <Label text={option.description} />
          </span>
        )}
      </span>
    </label>
  );
}
