import { useEffect, useRef, useState } from 'react';
import type { MessageView } from '../../workspace/page-contract.ts';
import { useWorkspace } from '../state/workspace-context.tsx';

/**
 * Says new messages aloud for those who cannot see them come. The text of a message is made for this: it says the whole
 * outcome, while its blocks would be read piece by piece at every edit.
 */
export function Announcer({
  channel,
  messages,
}: {
  readonly channel: string;
  readonly messages: readonly MessageView[];
}) {
  const { snapshot, person } = useWorkspace();
  const [said, setSaid] = useState('');
  const seen = useRef<{ readonly channel: string; readonly ts: string } | null>(null);
  const newest = messages.at(-1);
  useEffect(() => {
    const before = seen.current;
    seen.current = { channel, ts: newest?.ts ?? '0' };
    if (!newest || before?.channel !== channel || Number(newest.ts) <= Number(before.ts)) return;
    if (newest.user === snapshot.me) return;
    const privately = newest.isEphemeral ? ', only visible to you' : '';
    setSaid(`${person(newest.user)?.realName ?? newest.user}${privately}: ${newest.text}`);
  }, [channel, newest, snapshot.me, person]);
  return (
    <div className="unseen" aria-live="polite" aria-atomic="true">
      {said}
    </div>
  );
}
