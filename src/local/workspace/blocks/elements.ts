import { countLimits, textLimits } from '../limits.ts';
import { all, boolean, type Check, integer, list, matching, object, oneOf, string, url } from './check.ts';
import {
  choiceOption,
  colorScheme,
  confirm,
  hasOneListOfOptions,
  imageElement,
  optionGroup,
  overflowOption,
  selectOption,
  startsWithinItsOptions,
} from './compose.ts';
import { richTextIn } from './rich-text.ts';
import { id, plain } from './text.ts';

type Fields = Readonly<Record<string, Check>>;

const action = { action_id: id };
const asked = { ...action, confirm, focus_on_load: boolean };
const picked = { ...asked, placeholder: plain(textLimits.placeholder) };
const typed = {
  ...action,
  focus_on_load: boolean,
  placeholder: plain(textLimits.placeholder),
  dispatch_action_config: object(
    {},
    {
      trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
    },
  ),
};

const options = list(selectOption, { min: 1, max: countLimits.options });
const option_groups = list(optionGroup, { min: 1, max: countLimits.optionGroups });
const max_selected_items = integer(1, countLimits.options);
const filter = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1, max: 4 }),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
);
const response_url_enabled = boolean;
const min_query_length = integer(0, 150);

function fixed(own: Fields): Check {
  return all(object({}, { ...picked, ...own }), hasOneListOfOptions, startsWithinItsOptions);
}

function chosenFrom(own: Fields): Check {
  return all(
    object({ options: list(choiceOption, { min: 1, max: countLimits.choiceOptions }) }, { ...asked, ...own }),
    startsWithinItsOptions,
  );
}

const feedback = object(
  { text: plain(textLimits.button), value: string({ max: textLimits.buttonValue }) },
  { accessibility_label: string({ max: textLimits.accessibilityLabel }) },
);

/** Every element that can be inside a block, by its type (types: @slack/types 3.2.0). */
export const elements: Fields = {
  button: object(
    { text: plain(textLimits.button) },
    {
      ...action,
      confirm,
      value: string({ max: textLimits.buttonValue }),
      url: url(textLimits.url),
      style: colorScheme,
      accessibility_label: string({ max: textLimits.accessibilityLabel }),
    },
  ),
  checkboxes: chosenFrom({ initial_options: list(choiceOption, { min: 1, max: countLimits.choiceOptions }) }),
  radio_buttons: chosenFrom({ initial_option: choiceOption }),
  overflow: object(
    { options: list(overflowOption, { min: 1, max: countLimits.overflowOptions }) },
    { ...action, confirm },
  ),
  static_select: fixed({ options, option_groups, initial_option: selectOption }),
  multi_static_select: fixed({ options, option_groups, initial_options: options, max_selected_items }),
  external_select: object({}, { ...picked, initial_option: selectOption, min_query_length }),
  multi_external_select: object(
    {},
    { ...picked, initial_options: options, min_query_length, max_selected_items },
  ),
  users_select: object({}, { ...picked, initial_user: string() }),
  multi_users_select: object(
    {},
    { ...picked, initial_users: list(string(), { max: 100 }), max_selected_items },
  ),
  conversations_select: object(
    {},
    {
      ...picked,
      initial_conversation: string(),
      default_to_current_conversation: boolean,
      filter,
      response_url_enabled,
    },
  ),
  multi_conversations_select: object(
    {},
    {
      ...picked,
      initial_conversations: list(string(), { max: 100 }),
      default_to_current_conversation: boolean,
      filter,
      max_selected_items,
    },
  ),
  channels_select: object({}, { ...picked, initial_channel: string(), response_url_enabled }),
  multi_channels_select: object(
    {},
    { ...picked, initial_channels: list(string(), { max: 100 }), max_selected_items },
  ),
  datepicker: object({}, { ...picked, initial_date: matching(/^\d{4}-\d{2}-\d{2}$/, 'a date YYYY-MM-DD') }),
  timepicker: object(
    {},
    { ...picked, initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time HH:mm'), timezone: string() },
  ),
  datetimepicker: object({}, { ...asked, initial_date_time: integer(1_000_000_000, 9_999_999_999) }),
  plain_text_input: object(
    {},
    {
      ...typed,
      initial_value: string({ max: textLimits.plainTextInput }),
      multiline: boolean,
      min_length: integer(0, textLimits.plainTextInput),
      max_length: integer(1, textLimits.plainTextInput),
    },
  ),
  number_input: object(
    { is_decimal_allowed: boolean },
    { ...typed, initial_value: string(), min_value: string(), max_value: string() },
  ),
  email_text_input: object({}, { ...typed, initial_value: string() }),
  url_text_input: object({}, { ...typed, initial_value: string() }),
  rich_text_input: object(
    {},
    { ...typed, initial_value: richTextIn, min_lines: integer(1, 100), max_lines: integer(1, 100) },
  ),
  file_input: object(
    {},
    {
      ...action,
      filetypes: list(string({ min: 1 }), { min: 1, max: 100 }),
      max_files: integer(1, countLimits.filesPerInput),
    },
  ),
  image: imageElement,
  feedback_buttons: object({ positive_button: feedback, negative_button: feedback }, action),
  icon_button: object(
    { icon: oneOf('trash'), text: plain(textLimits.button) },
    {
      ...action,
      confirm,
      value: string({ max: textLimits.buttonValue }),
      accessibility_label: string({ max: textLimits.accessibilityLabel }),
      visible_to_user_ids: list(string({ min: 1 }), { min: 1, max: 100 }),
    },
  ),
};

const pickers = ['datepicker', 'timepicker', 'datetimepicker'];
const selects = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const choices = ['checkboxes', 'radio_buttons'];

/** Which elements fit where (docs.slack.dev, "Block elements"). */
export const fits = {
  section: ['button', 'image', 'overflow', 'datepicker', 'timepicker', ...choices, ...selects],
  actions: ['button', 'overflow', 'rich_text_input', ...choices, ...selects, ...pickers],
  input: [
    'plain_text_input',
    'number_input',
    'email_text_input',
    'url_text_input',
    'rich_text_input',
    'file_input',
    ...choices,
    ...selects,
    ...pickers,
  ],
  contextActions: ['feedback_buttons', 'icon_button'],
} as const;
