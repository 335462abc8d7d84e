import { messagesFor } from './driver.ts';
import { messageView } from './page/show.ts';
import type { MessageView } from './page-contract.ts';
import type { World } from './world.ts';

const shownWhenLate = 8;

/** The first message that is wanted, now or within the time. @throws with what was there instead. */
export function waitForMessage(
  world: World,
  isWanted: (message: MessageView) => boolean,
  timeoutMs: number,
): Promise<MessageView> {
  const there = (): readonly MessageView[] =>
    [...world.state.channels.keys()].flatMap((channel) => messagesFor(world, null, channel));
  const already = there().find(isWanted);
  if (already !== undefined) return Promise.resolve(already);
  return new Promise((resolve, reject) => {
    const unlisten = world.hub.listen((notice) => {
      if (notice.kind !== 'message') return;
      const message = messageView(world, notice.message);
      if (isWanted(message)) end(() => resolve(message));
    });
    const timer = setTimeout(() => {
      const newest = there().slice(-shownWhenLate);
      const texts = newest.map(
        ({ channel, text, isEphemeral }) => `${channel}${isEphemeral ? ' (private)' : ''}: ${text}`,
      );
      end(() =>
        reject(new Error(`No such message within ${timeoutMs} ms. The newest:\n${texts.join('\n')}`)),
      );
    }, timeoutMs);
    const end = (finish: () => void): void => {
      unlisten();
      clearTimeout(timer);
      finish();
    };
  });
}
