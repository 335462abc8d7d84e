import type { Asked, What } from '../asked.ts';
import { goneEvents } from '../install/gone.ts';
import { type Arrival, type Door, isHome, takeIn } from './door.ts';
import { EventPayload } from './payload.ts';

/** The inbox could not be written: Slack is told so, and delivers the event again. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

/**
 * A mention, a direct message, or somebody opening our home tab. Everything else, and everything that a bot says or
 * somebody edits, is let go by.
 * @throws {NotTaken} so that Slack delivers it again
 */
export async function receiveEvent(door: Door, arrival: Arrival): Promise<void> {
  const read = EventPayload.safeParse(arrival.body);
  if (!read.success) return;
  const { event, event_id, team_id } = read.data;
  if (goneEvents.has(event.type)) return receiveGone(door);
  if (!isHome(door, team_id, event.user_team)) return;
  const what = whatOf(event);
  if (what === null || event.user === undefined) return;
  const asked: Asked = {
    atMs: door.needs.clock.nowMs(),
    actor: { id: event.user, name: '' },
    workspace: door.workspace,
    channel: event.channel ?? null,
    thread: event.thread_ts ?? null,
    replyTo: null,
    what,
  };
  const key = `event:${event_id}`;
  const taken = await takeIn(door, key, asked);
  if (taken === 'failed') throw new NotTaken('an event could not be written down');
  if (taken === 'new') door.handling.soon(key, asked, null);
}

/** @throws {NotTaken} */
async function receiveGone({ installing, workspace }: Door): Promise<void> {
  if (installing === null || (await installing.removeGone(workspace))) return;
  throw new NotTaken('whether an installation is gone could not be found out');
}

function whatOf(event: EventPayload['event']): What | null {
  const isByPerson = event.subtype === undefined && event.bot_id == null && event.edited === undefined;
  if (!isByPerson) return null;
  switch (event.type) {
    case 'app_mention':
      return { kind: 'mention', text: event.text ?? '' };
    case 'message':
      return event.channel_type === 'im' ? { kind: 'mention', text: event.text ?? '' } : null;
    case 'app_home_opened':
      return event.tab === 'home' ? { kind: 'home' } : null;
    default:
      return null;
  }
}
