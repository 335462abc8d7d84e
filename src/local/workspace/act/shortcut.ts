import { complaint, isGood } from '../deliver/deliver.ts';
import { sendEvent } from '../deliver/event.ts';
import type { Json, Message } from '../model.ts';
import { channelOf, common, userOf } from '../object/common.ts';
import { messageObject } from '../object/message.ts';
import { viewObject } from '../object/view.ts';
import type { Acted } from '../page-contract.ts';
import type { ResponseTarget } from '../response-url.ts';
import { maySee } from '../state.ts';
import type { World } from '../world.ts';
import { notInteractive } from './interact.ts';

/** The message whose menu it stood in, and what whoever chose it calls that. */
type On = { readonly message: Message } & Pick<ResponseTarget, 'ref'>;

/** Somebody chose a shortcut, from the search bar or from a message's own menu. */
export async function chooseShortcut(
  world: World,
  user: string,
  callbackId: string,
  on: On | null,
): Promise<Acted> {
  if (world.settings.manifest.settings.interactivity?.is_enabled !== true)
    return { ok: false, error: notInteractive };
  const type = on === null ? 'global' : 'message';
  const { shortcuts } = world.settings.manifest.features;
  if (!shortcuts.some((each) => each.callback_id === callbackId && each.type === type))
    return { ok: false, error: `There is no ${type} shortcut "${callbackId}".` };
  if (on !== null && (on.message.onlyFor !== null || !maySee(world.state, user, on.message)))
    return { ok: false, error: 'That message cannot be acted on.' };
  const outcome = await world.deliver({
    kind: 'interactive',
    what: `${on === null ? 'shortcut' : 'message_action'} ${callbackId}`,
    payload: {
      type: on === null ? 'shortcut' : 'message_action',
      user: userOf(world, user),
      ...common(world),
      callback_id: callbackId,
      trigger_id: world.triggers.issue(user, null),
      action_ts: world.ids.ts(),
      ...(on === null ? {} : onMessage(world, user, on)),
    },
    retry: null,
  });
  return isGood(outcome) ? { ok: true } : { ok: false, error: complaint(outcome) };
}

function onMessage(world: World, user: string, { message, ref }: On): Json {
  const { channel: channelId, threadTs, ts } = message;
  const responseId = world.responseUrls.issue({ user, channel: channelId, threadTs, originalTs: ts, ref });
  const channel = world.state.channels.get(channelId);
  return {
    message_ts: ts,
    message: messageObject(world, message),
    ...(channel === undefined ? {} : { channel: channelOf(channel) }),
    response_url: `${world.url()}/app/${world.settings.seed.team.id}/${responseId}`,
  };
}

/** Somebody looks at the app's home. The app hears of it, and publishes what they see. */
export async function openHome(world: World, user: string): Promise<Acted> {
  if (world.settings.manifest.features.app_home?.home_tab_enabled !== true)
    return { ok: false, error: 'This app has no Home tab.' };
  const view = world.screens.home(user);
  await sendEvent(world, {
    type: 'app_home_opened',
    user,
    channel: world.state.directWith(user)?.id,
    tab: 'home',
    event_ts: world.ids.ts(),
    ...(view === null ? {} : { view: viewObject(world, view) }),
  });
  return { ok: true };
}
