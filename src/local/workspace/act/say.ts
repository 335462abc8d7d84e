import { eventsOf, sendEvent } from '../deliver/event.ts';
import type { Acted } from '../page-contract.ts';
import { post } from '../post.ts';
import type { World } from '../world.ts';
import { notInThreads, typeCommand } from './command.ts';
import { escapeMessage } from './escape.ts';

/** What somebody typed into the composer: a message, or a slash command, which Slack refuses in threads. */
export async function say(
  world: World,
  user: string,
  text: string,
  where: { readonly channel: string; readonly threadTs: string | null; readonly ref?: string | undefined },
): Promise<Acted> {
  if (text.startsWith('/') && where.threadTs !== null) return { ok: false, error: notInThreads(text) };
  if (text.startsWith('/')) return typeCommand(world, user, text, where);
  const channel = world.state.channels.get(where.channel);
  if (channel === undefined || !channel.members.includes(user))
    return { ok: false, error: `You are not in ${channel?.name ?? where.channel}.` };
  if (text.trim() === '') return { ok: false, error: 'There is nothing to send. Type something first.' };
  const escaped = escapeMessage(world, text);
  const message = post(world, { channel: channel.id, user, text: escaped, threadTs: where.threadTs });
  // Nobody waits for an app to hear of a message.
  for (const event of eventsOf(world, message)) void sendEvent(world, event);
  return { ok: true };
}
