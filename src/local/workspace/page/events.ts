import type { ServerResponse } from 'node:http';
import type { Notice } from '../hub.ts';
import type { Change } from '../page-contract.ts';
import { maySee } from '../state.ts';
import type { World } from '../world.ts';
import { channelView, homeView, messageView, modalViews } from './show.ts';

const commentEveryMs = 15_000;

/** A page that reads too slowly is cut off, and comes back for the whole state. */
const unreadBytesMax = 8 * 1024 * 1024;

/** Tells one page of every change that its person may see, until it goes away. @returns what ends it. */
export function streamChanges(world: World, user: string, response: ServerResponse): () => void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'keep-alive',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.write(': here\n\n');
  const unlisten = world.hub.listen((notice) => {
    const change = changeFor(world, user, notice);
    if (change === null) return;
    response.write(`data: ${JSON.stringify(change)}\n\n`);
    if (response.writableLength > unreadBytesMax) response.destroy();
  });
  const comments = setInterval(() => response.write(': still here\n\n'), commentEveryMs);
  const end = (): void => {
    unlisten();
    clearInterval(comments);
    response.end();
  };
  response.once('close', end);
  return end;
}

/** The change as this person sees it; null when it is none of theirs. */
export function changeFor(world: World, user: string, notice: Notice): Change | null {
  switch (notice.kind) {
    case 'message':
      return maySee(world.state, user, notice.message)
        ? { kind: 'message', message: messageView(world, notice.message) }
        : null;
    case 'message-gone':
      return maySee(world.state, user, notice.message)
        ? { kind: 'message-gone', channel: notice.message.channel, ts: notice.message.ts }
        : null;
    case 'channel':
      return notice.channel.members.includes(user)
        ? { kind: 'channel', channel: channelView(world, notice.channel, user) }
        : null;
    case 'modals':
      return notice.user === user ? { kind: 'modals', modals: modalViews(world, user) } : null;
    case 'home':
      return notice.user === user ? { kind: 'home', home: homeView(world, user) } : null;
    case 'faults':
      return { kind: 'faults', faults: world.faults() };
    case 'wire':
      return { kind: 'wire', line: notice.line };
    case 'connection':
      return { kind: 'connection', connection: world.connection() };
    case 'reset':
      return { kind: 'reset' };
  }
}
