import { useState } from 'react';
import * as z from 'zod';
import { PlainText } from '../blocks/schema.ts';
import { memberOf } from '../state/fields.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { type Choice, Combobox } from './combobox.tsx';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';

export const DirectorySelectShape = z.looseObject({
  type: z.enum(['users_select', 'channels_select', 'conversations_select']),
  action_id: z.string(),
  placeholder: PlainText.optional(),
});

/** People and channels to choose from: the workspace knows them, the app is not asked. */
export function DirectorySelect({ element, blockId }: ElementProps<typeof DirectorySelectShape>) {
  const { snapshot } = useWorkspace();
  const { value, choose, control } = useField(element, blockId);
  const [typed, setTyped] = useState('');
  const member = memberOf(element.type) ?? '';
  const all: readonly Choice[] =
    element.type === 'users_select'
      ? snapshot.people.map(({ id, name, realName }) => ({
          value: id,
          text: `@${name}`,
          description: realName,
        }))
      : snapshot.channels.map(({ id, name, topic }) => ({
          value: id,
          text: `#${name}`,
          description: topic || null,
        }));
  const choices = all.filter(({ text }) => text.toLowerCase().includes(typed.toLowerCase()));
  const placeholder = element.placeholder?.text ?? 'Choose…';
  return (
    <Combobox
      control={control}
      label={control.id ? undefined : placeholder}
      placeholder={placeholder}
      shown={all.find((choice) => choice.value === value[member])?.text ?? ''}
      choices={choices}
      note={choices.length === 0 ? 'Nothing fits.' : null}
      onType={setTyped}
      onChoose={(choice) => choose({ type: element.type, [member]: choice.value })}
    />
  );
}
