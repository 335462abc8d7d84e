import { z } from 'zod';
import type { Room } from '../../store/store.ts';
import { isSlackPerson } from '../render/block.ts';
import type { Courier, MadeRoom } from './courier.ts';

const Created = z.object({ channel: z.object({ id: z.string() }) });

type NotYet = { readonly kind: 'not-yet'; readonly because: string; readonly inMs: number | null };

/**
 * Makes a channel and calls people into it; `refused` where the workspace does not let the app, or where a channel has
 * that name already: it cannot be known for ours. Asked for by everything that is told there, made once.
 */
export async function openRoom(
  courier: Pick<Courier, 'client' | 'rooms' | 'log'>,
  { name, people }: Room,
): Promise<MadeRoom | NotYet> {
  const { client, rooms, log } = courier;
  const known = rooms.get(name);
  if (known !== undefined) return known;
  const called = await client.call('conversations.create', { name, is_private: false });
  if (called.kind === 'limited')
    return { kind: 'not-yet', because: 'rate limited', inMs: called.retryAfterMs };
  if (called.kind === 'unreachable') return { kind: 'not-yet', because: called.because, inMs: null };
  const made = called.kind === 'ok' ? Created.safeParse(called.body).data : undefined;
  const code = called.kind === 'refused' ? called.code : 'its answer could not be read';
  const room: MadeRoom =
    made === undefined ? { kind: 'refused', code } : { kind: 'made', channel: made.channel.id };
  rooms.set(name, room);
  if (room.kind === 'refused') log.warn({ name, code }, 'a channel of its own could not be made');
  else await invite(courier, room.channel, people);
  return room;
}

/** Who is not there yet can come by themselves: the channel is open. */
async function invite(
  { client, log }: Pick<Courier, 'client' | 'log'>,
  channel: string,
  people: readonly string[],
): Promise<void> {
  const users = people.filter(isSlackPerson);
  if (users.length === 0) return;
  const called = await client.call('conversations.invite', { channel, users: users.join(',') });
  if (called.kind !== 'ok') log.warn({ channel, called }, 'nobody could be called into the channel');
}

/** Said on the card that stands somewhere else. */
export function noRoom(opened: MadeRoom | null): string {
  const because = opened?.kind === 'refused' ? ` (${opened.code})` : '';
  return `A channel of its own could not be made${because}: everything is told here.`;
}
