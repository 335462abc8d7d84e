import type { Json, Message } from '../model.ts';
import { messageObject } from '../object/message.ts';
import { hasBot, type World } from '../world.ts';
import type { Delivery, Outcome } from './delivery.ts';

/**
 * Tells the app of an event that it subscribed to. Ends with the first attempt; what is refused is told again in the
 * background, as often as Slack does: three retries, then silence.
 */
export async function sendEvent(world: World, event: Json): Promise<void> {
  const name = subscriptionFor(event);
  if (!world.access.isInstalled() && !farewells.has(name)) return;
  if (!(world.settings.manifest.settings.event_subscriptions?.bot_events ?? []).includes(name)) return;
  const delivery: Delivery = {
    kind: 'events_api',
    what: `events_api ${name}`,
    payload: envelope(world, event),
    retry: null,
  };
  const again: Delivery = { ...delivery, what: `${delivery.what} (again)` };
  const deliveries = world.faults().doubleDelivery ? [delivery, again] : [delivery];
  await Promise.all(deliveries.map((each) => firstAttempt(world, each)));
}

/** What an app is told although it is gone. */
const farewells = new Set(['app_uninstalled', 'tokens_revoked']);

async function firstAttempt(world: World, delivery: Delivery): Promise<void> {
  const outcome = await world.deliver(delivery);
  void retry(world, delivery, outcome);
}

/** `message` events are subscribed to by the kind of conversation. */
const messageEvents: Readonly<Record<string, string>> = {
  im: 'message.im',
  channel: 'message.channels',
  group: 'message.groups',
};

function subscriptionFor(event: Json): string {
  const type = String(event['type']);
  return type === 'message' ? (messageEvents[String(event['channel_type'])] ?? type) : type;
}

function envelope(world: World, event: Json): Json {
  const { team, app } = world.settings.seed;
  const enterprise = team.enterprise?.id ?? null;
  const isWhole = world.access.isWhole();
  return {
    token: 'verification-token-is-deprecated',
    team_id: team.id,
    context_team_id: team.id,
    ...(enterprise === null ? {} : { enterprise_id: enterprise }),
    context_enterprise_id: enterprise,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: world.ids.id('Ev'),
    event_time: Math.floor(world.settings.nowMs() / 1_000),
    authorizations: [
      {
        enterprise_id: enterprise,
        team_id: team.id,
        user_id: app.botUser,
        is_bot: true,
        is_enterprise_install: isWhole,
      },
    ],
    is_ext_shared_channel: false,
    event_context: world.ids.secret(),
  };
}

async function retry(world: World, delivery: Delivery, first: Outcome): Promise<void> {
  let outcome = first;
  for (const [index, delayMs] of world.settings.waits.eventRetries.entries()) {
    const reason = reasonToRetry(outcome);
    if (reason === null || !(await world.pause(delayMs))) return;
    outcome = await world.deliver({ ...delivery, retry: { number: index + 1, reason } });
  }
}

function reasonToRetry(outcome: Outcome): string | null {
  if (outcome.kind === 'timeout') return 'http_timeout';
  if (outcome.kind === 'unreachable') return 'connection_failed';
  return outcome.isFinal || (outcome.status >= 200 && outcome.status < 300) ? null : 'http_error';
}

/** What a new message in a conversation means to the app: a direct message, or a mention where its bot is. */
export function eventsOf(world: World, message: Message): readonly Json[] {
  const { team, app } = world.settings.seed;
  const channel = world.state.channels.get(message.channel);
  if (channel === undefined || message.onlyFor !== null || !hasBot(world, channel.members)) return [];
  const isDirect = channel.kind === 'direct';
  const event = {
    ...messageObject(world, message),
    channel: channel.id,
    channel_type: isDirect ? 'im' : channel.kind === 'private' ? 'group' : 'channel',
    event_ts: message.ts,
    team: team.id,
  };
  const isMention = !isDirect && message.user !== app.botUser && message.text.includes(`<@${app.botUser}>`);
  return isMention ? [event, { ...event, type: 'app_mention' }] : [event];
}
