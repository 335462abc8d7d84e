import { complaint, isGood } from '../deliver/deliver.ts';
import type { Json, Message, Values, View } from '../model.ts';
import { channelOf, common, userOf } from '../object/common.ts';
import { isStateful, stateOf, valueFrom } from '../object/form.ts';
import { messageObject } from '../object/message.ts';
import { viewObject } from '../object/view.ts';
import type { Act, Acted } from '../page-contract.ts';
import { maySee } from '../state.ts';
import type { World } from '../world.ts';

export type BlockAction = Extract<Act, { kind: 'block-action' }>;

export const notInteractive = 'This app is not configured to handle interactive responses.';

/** Somebody pressed a button or chose something, in a message, a modal or the home. */
export async function actOnBlock(world: World, user: string, act: BlockAction): Promise<Acted> {
  if (world.settings.manifest.settings.interactivity?.is_enabled !== true)
    return { ok: false, error: notInteractive };
  const around = surroundings(world, user, act);
  if (around === null) return { ok: false, error: 'What you acted on is not there any more.' };
  const outcome = await world.deliver({
    kind: 'interactive',
    what: `block_actions ${act.actionId}`,
    payload: {
      type: 'block_actions',
      user: userOf(world, user),
      ...common(world),
      ...around,
      actions: [{ ...act.action, action_id: act.actionId, block_id: act.blockId, action_ts: world.ids.ts() }],
    },
    retry: null,
  });
  return isGood(outcome) ? { ok: true } : { ok: false, error: complaint(outcome) };
}

/** What the payload says of where it happened; null when that is gone or not this person's. */
export function surroundings(world: World, user: string, act: Omit<BlockAction, 'kind'>): Json | null {
  const view = act.isHome ? world.screens.home(user) : openView(world, user, act.viewId);
  if (view !== null) return inView(world, user, act, view);
  const message =
    act.channel === null || act.messageTs === null ? null : world.state.message(act.channel, act.messageTs);
  return message !== null && maySee(world.state, user, message) ? inMessage(world, user, act, message) : null;
}

export function openView(world: World, user: string, viewId: string | null): View | null {
  return world.screens.stack(user).find(({ id }) => id === viewId) ?? null;
}

type Chosen = Pick<BlockAction, 'blockId' | 'actionId' | 'action' | 'ref'>;

function inView(world: World, user: string, act: Chosen, before: View): Json {
  const view = { ...before, values: withChoice(before.values, act) };
  if (isStateful(act.action)) world.screens.replace(view);
  return {
    container: { type: 'view', view_id: view.id },
    trigger_id: world.triggers.issue(user, view.type === 'modal' ? view.id : null),
    view: viewObject(world, view),
  };
}

function inMessage(world: World, user: string, act: Chosen, message: Message): Json {
  const channel = world.state.channels.get(message.channel);
  const values = withChoice(world.screens.chosen(user, message.ts), act);
  if (isStateful(act.action)) world.screens.choose(user, message.ts, values);
  const responseId = world.responseUrls.issue({
    user,
    channel: message.channel,
    threadTs: message.threadTs,
    originalTs: message.ts,
    ref: act.ref,
  });
  const isEphemeral = message.onlyFor !== null;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: world.triggers.issue(user, null),
    ...(channel === undefined ? {} : { channel: channelOf(channel) }),
    // Slack does not keep ephemeral messages, and so cannot send them along.
    ...(isEphemeral ? {} : { message: messageObject(world, message) }),
    state: { values: stateOf(message.blocks, values) },
    response_url: `${world.url()}/actions/${world.settings.seed.team.id}/${responseId}`,
  };
}

function withChoice(values: Values, { blockId, actionId, action }: Chosen): Values {
  if (!isStateful(action)) return values;
  return { ...values, [blockId]: { ...values[blockId], [actionId]: valueFrom(action) } };
}
