import * as z from 'zod';

/** One field in Slack's own shape: `{type, value}`, `{type, selected_option}`, `{type, selected_options}` … */
export type StateValue = Readonly<Record<string, unknown>> & { readonly type: string };
export type Values = Readonly<Record<string, Record<string, StateValue>>>;

export const keyOf = (blockId: string, actionId: string): string => `${blockId}\n${actionId}`;

/** Which member of `state.values` each kind of element fills, and from which member it starts. */
const members: Readonly<
  Record<string, { readonly name: string; readonly initial: string; readonly empty: unknown }>
> = {
  plain_text_input: { name: 'value', initial: 'initial_value', empty: null },
  number_input: { name: 'value', initial: 'initial_value', empty: null },
  email_text_input: { name: 'value', initial: 'initial_value', empty: null },
  url_text_input: { name: 'value', initial: 'initial_value', empty: null },
  static_select: { name: 'selected_option', initial: 'initial_option', empty: null },
  external_select: { name: 'selected_option', initial: 'initial_option', empty: null },
  radio_buttons: { name: 'selected_option', initial: 'initial_option', empty: null },
  checkboxes: { name: 'selected_options', initial: 'initial_options', empty: [] },
  multi_static_select: { name: 'selected_options', initial: 'initial_options', empty: [] },
  multi_external_select: { name: 'selected_options', initial: 'initial_options', empty: [] },
  users_select: { name: 'selected_user', initial: 'initial_user', empty: null },
  channels_select: { name: 'selected_channel', initial: 'initial_channel', empty: null },
  conversations_select: { name: 'selected_conversation', initial: 'initial_conversation', empty: null },
  datepicker: { name: 'selected_date', initial: 'initial_date', empty: null },
  timepicker: { name: 'selected_time', initial: 'initial_time', empty: null },
  datetimepicker: { name: 'selected_date_time', initial: 'initial_date_time', empty: null },
};

const Element = z.looseObject({ type: z.string(), action_id: z.string() });
const Block = z.looseObject({
  block_id: z.string(),
  type: z.string(),
  optional: z.boolean().optional(),
  element: z.unknown().optional(),
  accessory: z.unknown().optional(),
  elements: z.array(z.unknown()).optional().catch(undefined),
  child_blocks: z.array(z.unknown()).optional().catch(undefined),
});

type Field = {
  readonly blockId: string;
  readonly element: z.infer<typeof Element>;
  readonly isRequired: boolean;
};

/** The member that an element fills, or null for one that keeps no state: a button, an overflow menu. */
export function memberOf(type: string): string | null {
  return Object.hasOwn(members, type) ? (members[type]?.name ?? null) : null;
}

/** How the element stands before anybody touches it. */
export function initialValue(
  element: { readonly type: string } & Readonly<Record<string, unknown>>,
): StateValue | null {
  const member = Object.hasOwn(members, element.type) ? members[element.type] : undefined;
  if (!member) return null;
  return { type: element.type, [member.name]: element[member.initial] ?? member.empty };
}

/** Every field of a view as Slack submits it, touched or not. */
export function collectValues(blocks: readonly unknown[], entered: ReadonlyMap<string, StateValue>): Values {
  const values: Record<string, Record<string, StateValue>> = {};
  for (const { blockId, element } of fieldsOf(blocks)) {
    const value = entered.get(keyOf(blockId, element.action_id)) ?? initialValue(element);
    if (value) values[blockId] = { ...values[blockId], [element.action_id]: value };
  }
  return values;
}

/** What Slack's own client refuses before the app hears of it: required fields that are empty, text of a wrong length. */
export function localErrors(blocks: readonly unknown[], values: Values): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const { blockId, element, isRequired } of fieldsOf(blocks)) {
    const value = values[blockId]?.[element.action_id];
    const chosen = value?.[memberOf(element.type) ?? ''];
    const isEmpty = chosen === null || chosen === '' || (Array.isArray(chosen) && chosen.length === 0);
    if (isEmpty && isRequired) errors[blockId] = 'Please complete this required field.';
    else if (typeof chosen === 'string') {
      const wrong = wrongLength(element, chosen);
      if (wrong) errors[blockId] = wrong;
    }
  }
  return errors;
}

function wrongLength(element: Readonly<Record<string, unknown>>, text: string): string | null {
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && text.length < min) return `Please write at least ${min} characters.`;
  if (typeof max === 'number' && text.length > max) return `Please write at most ${max} characters.`;
  return null;
}

function fieldsOf(blocks: readonly unknown[]): Field[] {
  return blocks.flatMap((raw) => {
    const block = Block.safeParse(raw);
    if (!block.success) return [];
    const {
      block_id: blockId,
      type,
      optional,
      element,
      accessory,
      elements = [],
      child_blocks = [],
    } = block.data;
    const own = [element, accessory, ...elements].flatMap((candidate) => {
      const parsed = Element.safeParse(candidate);
      const isRequired = type === 'input' && optional !== true;
      return parsed.success && memberOf(parsed.data.type)
        ? [{ blockId, element: parsed.data, isRequired }]
        : [];
    });
    return [...own, ...fieldsOf(child_blocks)];
  });
}
