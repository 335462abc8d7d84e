import { bodyOf, isGood } from '../deliver/deliver.ts';
import type { Outcome } from '../deliver/delivery.ts';
import { sendEvent } from '../deliver/event.ts';
import type { Channel, Json } from '../model.ts';
import type { Acted } from '../page-contract.ts';
import { post, postAsBot } from '../post.ts';
import { respond } from '../respond.ts';
import type { ResponseTarget } from '../response-url.ts';
import type { World } from '../world.ts';
import { escapeCommand, escapeControl } from './escape.ts';

/**
 * Somebody typed a slash command. The errors are what Slack itself shows: its own words for a command that nobody
 * registered, and for an app that answers late (`operation_timeout`), not at all or with 4xx (`dispatch_failed`), or
 * with 5xx (`http_service_error`).
 */
export async function typeCommand(
  world: World,
  user: string,
  text: string,
  { channel: channelId, ref }: { readonly channel: string; readonly ref?: string | undefined },
): Promise<Acted> {
  const channel = world.state.channels.get(channelId);
  if (channel === undefined || !channel.members.includes(user))
    return { ok: false, error: `You are not in ${channel === undefined ? channelId : `#${channel.name}`}.` };
  const [command = '', ...rest] = text.trim().split(/\s+/);
  if (command === '/invite') return invite(world, rest, channel);
  const known = world.settings.manifest.features.slash_commands.find((each) => each.command === command);
  if (known === undefined || !world.access.isInstalled()) return { ok: false, error: notACommand(command) };
  const typed = text.trim().slice(command.length).trim();
  const argument = escapeCommand(world, typed, known.should_escape);
  const responseId = world.responseUrls.issue({
    user,
    channel: channelId,
    threadTs: null,
    originalTs: null,
    ref,
  });
  const outcome = await world.deliver({
    kind: 'slash_commands',
    what: `slash_commands ${command}`,
    payload: fields(world, { user, channel, command, text: argument, responseId }),
    retry: null,
  });
  const error = isGood(outcome)
    ? show(world, { user, channel, responseId, text, ref }, outcome)
    : code(outcome);
  return error === null ? { ok: true } : { ok: false, error: `${command} failed with the error "${error}"` };
}

export function notInThreads(text: string): string {
  return `${text.trim().split(/\s/)[0]} is not supported in threads. Sorry!`;
}

function notACommand(command: string): string {
  return (
    `${command} is not a valid command. In Slack, all messages that start with the "/" character are interpreted ` +
    'as commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.'
  );
}

type Typed = {
  readonly user: string;
  readonly channel: Channel;
  readonly command: string;
  readonly text: string;
  readonly responseId: string;
};

const channelNames = { channel: null, private: 'privategroup', direct: 'directmessage' } as const;

function fields(world: World, { user, channel, command, text, responseId }: Typed): Json {
  const { team, app } = world.settings.seed;
  return {
    token: 'verification-token-is-deprecated',
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channelNames[channel.kind] ?? channel.name,
    user_id: user,
    user_name: world.state.people.get(user)?.name ?? user,
    command,
    text,
    api_app_id: app.id,
    ...(team.enterprise === undefined
      ? {}
      : { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
    is_enterprise_install: String(world.access.isWhole()),
    response_url: `${world.url()}/commands/${team.id}/${responseId}`,
    trigger_id: world.triggers.issue(user, null),
  };
}

type Asked = Pick<Typed, 'user' | 'channel' | 'responseId' | 'text'> & Pick<ResponseTarget, 'ref'>;

/** The answer in the acknowledgement. @returns the error of an answer that cannot be shown. */
function show(world: World, asked: Asked, outcome: Extract<Outcome, { kind: 'answered' }>): string | null {
  if (outcome.body === '') return null;
  const body = outcome.isJson ? bodyOf(outcome) : { text: outcome.body };
  if (body === null) return 'invalid_command_response';
  if (Object.keys(body).length === 0) return null;
  const { user, channel, responseId, ref } = asked;
  // Slack shows what was typed to everybody when the answer is for everybody.
  if (body['response_type'] === 'in_channel')
    post(world, { channel: channel.id, user, text: escapeControl(asked.text) });
  const responded = respond(
    world,
    { user, channel: channel.id, threadTs: null, originalTs: null, ref },
    body,
  );
  if (!responded.ok) return responded.error;
  world.responseUrls.setOriginal(responseId, responded.ts);
  return null;
}

function code(outcome: Outcome): string {
  if (outcome.kind === 'timeout') return 'operation_timeout';
  return outcome.kind === 'answered' && outcome.status >= 500 ? 'http_service_error' : 'dispatch_failed';
}

/** `/invite @slipway`: the one command of Slack's own that an app tells people to type. */
async function invite(world: World, names: readonly string[], channel: Channel): Promise<Acted> {
  const guests = names.flatMap((name) => {
    const person = [...world.state.people.values()].find((each) =>
      [`@${each.name}`, `<@${each.id}>`].includes(name),
    );
    return person === undefined || channel.members.includes(person.id) ? [] : [person];
  });
  if (guests.length === 0 || channel.kind === 'direct')
    return {
      ok: false,
      error: 'Nobody was invited. Type `/invite @name` with somebody who is not here yet.',
    };
  world.state.putChannel({ ...channel, members: [...channel.members, ...guests.map(({ id }) => id)] });
  for (const { id } of guests) {
    if (id === world.settings.seed.app.botUser)
      postAsBot(world, { channel: channel.id, text: `<@${id}> has joined the channel` });
    await sendEvent(world, {
      type: 'member_joined_channel',
      user: id,
      channel: channel.id,
      channel_type: 'C',
      team: world.settings.seed.team.id,
      event_ts: world.ids.ts(),
    });
  }
  return { ok: true };
}
