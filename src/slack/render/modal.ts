import type { types } from '@slack/bolt';
import type { Field, Form } from '../../command/index.ts';
import { sentence } from '../../core/text.ts';
import { plainText, richText } from './block.ts';
import { VERSION } from './button.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';

/** What a form remembers of where it was opened. Comes back from Slack, and is judged again then. */
export type FormOrigin = {
  readonly command: string;
  readonly channel: string | null;
  /** What was given before the form was opened, and is not asked for in it. */
  readonly kept: Readonly<Record<string, string>>;
};

export const FORM = `${VERSION}:form`;

export function renderModal(form: Form, channel: string | null): types.ModalView {
  const origin: FormOrigin = { command: form.name, channel, kept: form.kept };
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(origin),
    title: plainText(form.title, limits.modalTitle),
    submit: plainText(form.submit, limits.modalButton),
    close: plainText('Close', limits.modalButton),
    blocks: [richText([sentence(form.summary)]), ...form.fields.slice(0, limits.blocksInView - 1).map(input)],
  };
}

/** What replaces a form that could not be handled. */
export function renderModalNotice(title: string, words: string): types.ModalView {
  return {
    type: 'modal',
    title: plainText(title, limits.modalTitle),
    close: plainText('Close', limits.modalButton),
    blocks: [richText([words])],
  };
}

function input(field: Field): types.InputBlock {
  return {
    type: 'input',
    block_id: clean(field.name, limits.id),
    label: plainText(field.label, 200),
    ...(field.description === '' ? {} : { hint: plainText(capital(field.description), 500) }),
    optional: !field.isRequired,
    element: element(field),
  };
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** More is a long list to choose from; what to do is seen at one glance as far as Slack can show that. */
const RADIOS_MAX = { choice: 5, verb: 10 };

function element(field: Field): types.InputBlock['element'] {
  const { kind, initial } = field;
  const action_id = `${VERSION}:${kind}`;
  switch (kind) {
    case 'service':
    case 'version':
      return {
        type: 'external_select',
        action_id,
        min_query_length: 0,
        placeholder: plainText(kind === 'service' ? 'Find a service' : 'Find a version', limits.placeholder),
        ...(initial === null ? {} : { initial_option: option(initial) }),
      };
    case 'moment':
      return initial === null || secondsOf(initial) !== null
        ? picker(action_id, initial)
        : typed(action_id, initial);
    case 'switch':
      return {
        type: 'checkboxes',
        action_id,
        options: [option('yes')],
        ...(initial === 'yes' ? { initial_options: [option('yes')] } : {}),
      };
    case 'choice':
    case 'verb':
      return chosen(action_id, field, RADIOS_MAX[kind]);
    default:
      return typed(action_id, initial);
  }
}

/**
 * The picker begins with what it once gave. Words such as `tomorrow 09:30` mean something only to whoever knows the zone:
 * they stay as they were typed, for a form that asks for something else that is missing.
 */
function picker(action_id: string, initial: string | null): types.DateTimepicker {
  const seconds = initial === null ? null : secondsOf(initial);
  return {
    type: 'datetimepicker',
    action_id,
    ...(seconds === null ? {} : { initial_date_time: seconds }),
  };
}

function secondsOf(typed: string): number | null {
  const isStamp = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z$/.test(typed);
  const seconds = isStamp ? Date.parse(typed) / 1_000 : Number.NaN;
  return seconds >= DATE_TIME_MIN && seconds <= DATE_TIME_MAX ? seconds : null;
}

/** Ten digits, says https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element. */
const DATE_TIME_MIN = 1_000_000_000;
const DATE_TIME_MAX = 9_999_999_999;

function typed(action_id: string, initial: string | null): types.PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id,
    max_length: 500,
    ...(initial === null ? {} : { initial_value: clean(initial, 500) }),
  };
}

function chosen(action_id: string, { says, choices, initial }: Field, radiosMax: number) {
  const worded = (value: string) => option(value, says?.[value]);
  const options = choices.slice(0, limits.options).map(worded);
  const first = initial !== null && choices.includes(initial) ? { initial_option: worded(initial) } : {};
  if (options.length <= radiosMax) return { type: 'radio_buttons' as const, action_id, options, ...first };
  return { type: 'static_select' as const, action_id, options, ...first };
}

function option(value: string, words = value): types.PlainTextOption {
  return { text: plainText(words, limits.optionText), value: value.slice(0, limits.optionValue) };
}

export type Suggested = {
  readonly text: types.PlainTextElement;
  readonly value: string;
  readonly description?: types.PlainTextElement;
};

/** What an external_select offers. A value that would have to be cut or cleaned is left out: it would mean something else. */
export function renderOptions(
  suggestions: readonly {
    readonly value: string;
    readonly label: string;
    readonly description: string | null;
  }[],
): Suggested[] {
  return suggestions
    .filter(({ value }) => clean(value, limits.optionValue) === value)
    .slice(0, limits.options)
    .map(({ value, label, description }) => ({
      text: plainText(label, limits.optionText),
      value,
      ...(description === null ? {} : { description: plainText(description, limits.optionText) }),
    }));
}
