import { useEffect, useRef, useState } from 'react';
import type { MessageView, Snapshot } from '../../workspace/page-contract.ts';

type Seen = Readonly<Record<string, string>>;

/** How many messages came into each channel while another was open. What was there at the beginning counts as read. */
export function useUnread(
  snapshot: Snapshot | null,
  openChannel: string | null,
): Readonly<Record<string, number>> {
  const [seen, setSeen] = useState<Seen>({});
  const person = useRef<string | null>(null);

  useEffect(() => {
    if (!snapshot) return;
    const isNewPerson = person.current !== snapshot.me;
    person.current = snapshot.me;
    setSeen((before) => seenNow(isNewPerson ? {} : before, snapshot, openChannel));
  }, [snapshot, openChannel]);

  return snapshot ? countsOf(seen, snapshot, openChannel) : {};
}

/** The same object when nothing is newly seen, so that nothing is drawn again. */
function seenNow(before: Seen, { channels, messages }: Snapshot, openChannel: string | null): Seen {
  const after: Record<string, string> = { ...before };
  for (const { id } of channels) {
    if (id === openChannel || after[id] === undefined) after[id] = newestOf(messages[id]);
  }
  const isSame = Object.keys(after).every((id) => before[id] === after[id]);
  return isSame ? before : after;
}

function countsOf(seen: Seen, { channels, messages, me }: Snapshot, openChannel: string | null) {
  const others = channels.filter(({ id }) => id !== openChannel);
  return Object.fromEntries(others.map(({ id }) => [id, countNewer(messages[id], seen[id], me)]));
}

const newestOf = (messages: readonly MessageView[] | undefined) => messages?.at(-1)?.ts ?? '0';

function countNewer(
  messages: readonly MessageView[] | undefined,
  seen: string | undefined,
  me: string,
): number {
  if (!messages || seen === undefined) return 0;
  return messages.filter(({ ts, user }) => user !== me && Number(ts) > Number(seen)).length;
}
