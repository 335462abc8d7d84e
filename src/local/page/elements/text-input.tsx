import type { KeyboardEvent } from 'react';
import * as z from 'zod';
import { PlainText } from '../blocks/schema.ts';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';

export const TextInputShape = z.looseObject({
  type: z.enum(['plain_text_input', 'number_input', 'email_text_input', 'url_text_input']),
  action_id: z.string(),
  multiline: z.boolean().default(false),
  placeholder: PlainText.optional(),
  max_length: z.number().optional(),
  focus_on_load: z.boolean().default(false),
  is_decimal_allowed: z.boolean().default(true),
  dispatch_action_config: z.object({ trigger_actions_on: z.array(z.string()).default([]) }).optional(),
});

const inputModes = {
  plain_text_input: 'text',
  number_input: 'decimal',
  email_text_input: 'email',
  url_text_input: 'url',
} as const;

/** What was typed; an empty field is null, as in Slack. */
export function TextInput({ element, blockId }: ElementProps<typeof TextInputShape>) {
  const { value, keep, tell, isQuiet, control } = useField(element, blockId);
  const typed = typeof value['value'] === 'string' ? value['value'] : '';
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  const withText = (text: string) => ({ type: element.type, value: text === '' ? null : text });

  const change = (text: string) => {
    keep(withText(text));
    if (!isQuiet && triggers.includes('on_character_entered')) tell(withText(text));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || isQuiet || !triggers.includes('on_enter_pressed')) return;
    event.preventDefault();
    tell(withText(typed));
  };
  const shared = {
    ...control,
    className: 'field',
    value: typed,
    placeholder: element.placeholder?.text,
    maxLength: element.max_length,
    'data-first-focus': element.focus_on_load || undefined,
    onKeyDown: press,
  };
  if (element.multiline) {
    return <textarea {...shared} rows={4} onChange={(event) => change(event.currentTarget.value)} />;
  }
  return (
    <input
      {...shared}
      type="text"
      inputMode={inputModes[element.type]}
      autoComplete="off"
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
