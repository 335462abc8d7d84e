import type { OutboxRow, SentRef } from '../../store/store.ts';
import { type Courier, channelOf, type Delivered, edit, later, type Posting, post } from './courier.ts';
import { look, refOf } from './find.ts';

/** Puts a message where it stands already, or posts it: once, whatever became of earlier attempts. */
export async function editOrPost(
  courier: Courier,
  row: OutboxRow,
  posting: Omit<Posting, 'channel'>,
  preferred?: string,
): Promise<Delivered> {
  const channel = row.ref?.channel ?? preferred ?? channelOf(courier, row);
  if (channel === null) return { kind: 'drop', because: `no channel for ${row.key}` };
  const stands = row.ref ?? (row.isUncertain ? await lookFor(courier, row, channel, posting.thread) : null);
  if (stands === 'unknown') return later('it could not be looked up', { isUncertain: true });
  const edited = stands === null ? null : await edit(courier, stands, posting.message);
  if (edited === null) return post(courier, row, { ...posting, channel });
  // Found, but not written down yet: until then it may only be looked for, never posted.
  if (edited.kind === 'later' && row.ref === null)
    return { kind: 'later', why: { ...edited.why, isUncertain: true } };
  return edited;
}

/** Where an earlier attempt went after all: also where it would have gone while the card was not there yet. */
async function lookFor(
  courier: Courier,
  row: OutboxRow,
  channel: string,
  thread: string | null,
): Promise<SentRef | null | 'unknown'> {
  const { client, fallbackChannel, log } = courier;
  const places = [{ channel, thread }];
  if (thread !== null) places.push({ channel, thread: null });
  if (fallbackChannel !== null && fallbackChannel !== channel)
    places.push({ channel: fallbackChannel, thread: null });
  for (const place of places) {
    const looked = await look(client, place);
    if (looked.kind === 'unknown') return 'unknown';
    if (looked.kind === 'refused') {
      log.warn(
        { key: row.key, channel: place.channel, code: looked.code },
        'may not look whether it was posted; it may appear twice',
      );
    }
    const ref = refOf(looked, place.channel, row.key);
    if (ref !== null) return ref;
  }
  return null;
}
