import { actionsIn } from '../blocks/identify.ts';
import { isJson, type Json, type Values } from '../model.ts';

/** Elements whose state Slack reports, what they start with, and under which name. */
const stateful: Readonly<Record<string, readonly [initial: string, current: string, empty: unknown]>> = {
  plain_text_input: ['initial_value', 'value', null],
  number_input: ['initial_value', 'value', null],
  email_text_input: ['initial_value', 'value', null],
  url_text_input: ['initial_value', 'value', null],
  rich_text_input: ['initial_value', 'rich_text_value', null],
  static_select: ['initial_option', 'selected_option', null],
  external_select: ['initial_option', 'selected_option', null],
  radio_buttons: ['initial_option', 'selected_option', null],
  checkboxes: ['initial_options', 'selected_options', []],
  multi_static_select: ['initial_options', 'selected_options', []],
  multi_external_select: ['initial_options', 'selected_options', []],
  users_select: ['initial_user', 'selected_user', null],
  multi_users_select: ['initial_users', 'selected_users', []],
  conversations_select: ['initial_conversation', 'selected_conversation', null],
  multi_conversations_select: ['initial_conversations', 'selected_conversations', []],
  channels_select: ['initial_channel', 'selected_channel', null],
  multi_channels_select: ['initial_channels', 'selected_channels', []],
  datepicker: ['initial_date', 'selected_date', null],
  timepicker: ['initial_time', 'selected_time', null],
  datetimepicker: ['initial_date_time', 'selected_date_time', null],
  file_input: ['initial_files', 'files', []],
};

/** What every input holds: what was entered, else what it started with. */
export function stateOf(blocks: readonly Json[], values: Values): Values {
  const state = new Map<string, [actionId: string, value: Json][]>();
  for (const { blockId, element } of actionsIn(blocks)) {
    const actionId = String(element['action_id']);
    const held = heldBy(element, values[blockId]?.[actionId]);
    if (held !== null) state.set(blockId, [...(state.get(blockId) ?? []), [actionId, held]]);
  }
  return Object.fromEntries([...state].map(([blockId, held]) => [blockId, Object.fromEntries(held)]));
}

function heldBy(element: Json, entered: unknown): Json | null {
  const type = String(element['type']);
  const names = stateful[type];
  if (names === undefined) return null;
  const [initial, current, empty] = names;
  return isJson(entered) ? { type, ...entered } : { type, [current]: element[initial] ?? empty };
}

export function isStateful(element: Json): boolean {
  return stateful[String(element['type'])] !== undefined;
}

/** Whether an input's state counts as nothing entered. */
export function isBlank(state: unknown): boolean {
  if (!isJson(state)) return true;
  const current = stateful[String(state['type'])]?.[1];
  const value = current === undefined ? undefined : state[current];
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** An action's own part of the payload as the value that its element then holds. */
export function valueFrom(action: Json): Json {
  const names = stateful[String(action['type'])];
  return names === undefined ? {} : { type: action['type'], [names[1]]: action[names[1]] ?? names[2] };
}
