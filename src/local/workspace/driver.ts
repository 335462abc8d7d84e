import { perform } from './act/act.ts';
import { typeCommand } from './act/command.ts';
import { suggest } from './act/suggest.ts';
import { actionsIn } from './blocks/identify.ts';
import { isJson, type Json, type Values } from './model.ts';
import { channelsOf, homeView, messageView, modalViews } from './page/show.ts';
import type { Acted, MessageView, ModalView, OptionsAnswer, Snapshot } from './page-contract.ts';
import { maySee } from './state.ts';
import type { World } from './world.ts';

/** Where something to act on is: a message, an open modal, or the app's home. */
export type Place = MessageView | ModalView | 'home';

/** Somebody at their Slack: does what a person can do, and says what they would be told. */
export type Actor = {
  /** `command('/deploy-staging api v2', 'C0DEPLOYS')`; channels by id or by name. */
  readonly command: (text: string, channel: string) => Promise<Acted>;
  readonly say: (text: string, channel: string, threadTs?: string | null) => Promise<Acted>;
  /**
   * Presses the button, or chooses in the select, with this `action_id`. `value` names the option; for a button it
   * only says which of several is meant.
   */
  readonly click: (place: Place, actionId: string, value?: string) => Promise<Acted>;
  /**
   * Submits a modal. Values by `action_id`: text for text inputs, an option's value for selects and radio buttons,
   * a list of them for checkboxes and multi-selects, an ISO date, or Slack's own object.
   */
  readonly submit: (view: ModalView, values?: Readonly<Record<string, unknown>>) => Promise<Acted>;
  readonly close: (view: ModalView, isCleared?: boolean) => Promise<Acted>;
  /** What an external_select offers for what was typed; null when the app gave nothing that could be shown. */
  readonly options: (place: Place, actionId: string, typed: string) => Promise<OptionsAnswer | null>;
  readonly shortcut: (callbackId: string, message?: MessageView) => Promise<Acted>;
  readonly openHome: () => Promise<Acted>;
  readonly modals: () => readonly ModalView[];
  readonly home: () => Snapshot['home'];
  /** By channel's id or name, ephemeral ones included; without a channel, all of them. */
  readonly messages: (channel?: string) => readonly MessageView[];
};

export function actAs(world: World, user: string): Actor {
  const channelId = (named: string): string => world.state.channelNamed(named)?.id ?? named;
  return {
    command: (text, channel) => typeCommand(world, user, text, { channel: channelId(channel) }),
    say: (text, channel, threadTs = null) =>
      perform(world, user, { kind: 'say', channel: channelId(channel), text, threadTs }),
    click: (place, actionId, value) => click(world, user, place, { actionId, value }),
    submit: (view, values = {}) =>
      perform(world, user, { kind: 'submit', viewId: view.id, values: filledIn(view, values) }),
    close: (view, isCleared = false) =>
      perform(world, user, { kind: 'close-modal', viewId: view.id, isCleared }),
    options: (place, actionId, typed) => {
      const { blockId } = found(blocksOf(world, user, place), actionId, undefined);
      return suggest(world, user, { ...whereOf(place), blockId, actionId, typed });
    },
    shortcut: (callbackId, message) =>
      perform(world, user, {
        kind: 'shortcut',
        callbackId,
        channel: message?.channel ?? null,
        messageTs: message?.ts ?? null,
      }),
    openHome: () => perform(world, user, { kind: 'open-home' }),
    modals: () => modalViews(world, user),
    home: () => homeView(world, user),
    messages: (channel) => {
      const channels =
        channel === undefined ? channelsOf(world, user).map(({ id }) => id) : [channelId(channel)];
      return channels.flatMap((id) => messagesFor(world, user, id));
    },
  };
}

/** What is shown in a channel to this person, or with null to everybody at once. */
export function messagesFor(world: World, user: string | null, channel: string): readonly MessageView[] {
  return world.state
    .messagesIn(world.state.channelNamed(channel)?.id ?? channel)
    .filter((message) => user === null || maySee(world.state, user, message))
    .map((message) => messageView(world, message));
}

function whereOf(place: Place) {
  const nowhere = { channel: null, messageTs: null, viewId: null, isHome: false };
  if (place === 'home') return { ...nowhere, isHome: true };
  return 'hash' in place
    ? { ...nowhere, viewId: place.id }
    : { ...nowhere, channel: place.channel, messageTs: place.ts };
}

function blocksOf(world: World, user: string, place: Place): readonly Json[] {
  const blocks = place === 'home' ? (homeView(world, user)?.blocks ?? []) : place.blocks;
  return blocks.filter(isJson);
}

/** @throws when there is no such element: a test that clicks on nothing is wrong. */
function found(blocks: readonly Json[], actionId: string, value: string | undefined) {
  const elements = actionsIn(blocks);
  const named = elements.filter(({ element }) => element['action_id'] === actionId);
  const fit = named.find(({ element }) => value === undefined || offers(element, value));
  if (fit !== undefined) return fit;
  const known = elements.map(({ element }) => String(element['action_id'])).join(', ');
  throw new Error(
    `Nothing here has the action "${actionId}"${value === undefined ? '' : ` with "${value}"`}: ${known}`,
  );
}

function offers(element: Json, value: string): boolean {
  return element['type'] === 'button' ? element['value'] === value : true;
}

type Clicked = { readonly actionId: string; readonly value: string | undefined };

function click(world: World, user: string, place: Place, { actionId, value }: Clicked): Promise<Acted> {
  const { blockId, element } = found(blocksOf(world, user, place), actionId, value);
  const action = value === undefined ? element : { ...element, ...chosen(element, value) };
  return perform(world, user, { kind: 'block-action', ...whereOf(place), blockId, actionId, action });
}

/** What an element holds once this was entered or chosen, as Slack's client would send it. */
function chosen(element: Json, value: unknown): Json {
  if (isJson(value)) return value;
  const type = String(element['type']);
  const options = [...optionsIn(element)];
  const option = (wanted: unknown): Json =>
    options.find((each) => each['value'] === wanted) ?? {
      text: { type: 'plain_text', text: String(wanted) },
      value: String(wanted),
    };
  if (Array.isArray(value)) return { selected_options: value.map(option) };
  if (/^(static|external)_select$|^radio_buttons$|^overflow$/.test(type))
    return { selected_option: option(value) };
  if (type === 'checkboxes' || type.startsWith('multi_')) return { selected_options: [option(value)] };
  const name = { users_select: 'selected_user', channels_select: 'selected_channel' }[type];
  if (name !== undefined) return { [name]: value };
  if (type === 'conversations_select') return { selected_conversation: value };
  if (type === 'datepicker') return { selected_date: value };
  if (type === 'timepicker') return { selected_time: value };
  if (type === 'datetimepicker') return { selected_date_time: Number(value) };
  return { value };
}

function* optionsIn(element: Json): Generator<Json> {
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'] : [element];
  for (const group of groups)
    if (isJson(group) && Array.isArray(group['options'])) yield* group['options'].filter(isJson);
}

function filledIn(
  view: ModalView,
  values: Readonly<Record<string, unknown>>,
): Record<string, Record<string, Json>> {
  const filled: Record<string, Record<string, Json>> = {};
  for (const [actionId, value] of Object.entries(values)) {
    const { blockId, element } = found(view.blocks.filter(isJson), actionId, undefined);
    const type = String(element['type']);
    filled[blockId] = { ...filled[blockId], [actionId]: { type, ...chosen(element, value) } };
  }
  return filled satisfies Values;
}
