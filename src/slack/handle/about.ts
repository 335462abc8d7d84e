import type { Asked } from '../asked.ts';
import type { SlackNeeds } from '../needs.ts';
import { deploymentAt } from '../send/courier.ts';

/**
 * Which deployment a thread is about: the one whose message it hangs under, as we have written down ourselves. Nothing
 * that stands in a message counts, because anybody can write that.
 */
export async function deploymentInThread(
  { store }: Pick<SlackNeeds, 'store'>,
  { workspace, channel, thread }: Pick<Asked, 'workspace' | 'channel' | 'thread'>,
): Promise<string | null> {
  if (channel === null || thread === null) return null;
  // Away from home a channel is written down with its workspace.
  const home = [workspace?.team, workspace?.enterprise].flatMap((id) =>
    id == null ? [] : [`${id}/${channel}`],
  );
  for (const place of [channel, ...home]) {
    const found = deploymentAt(await store.outbox.keyAt({ channel: place, ts: thread }));
    if (found !== null) return found;
  }
  return null;
}
