import { identify } from './blocks/identify.ts';
import type { Message } from './model.ts';
import type { World } from './world.ts';

type Draft = Pick<Message, 'channel' | 'user' | 'text'> & Partial<Message>;

/** Puts a new message into a channel, with a `ts` and ids of its own. */
export function post(world: World, draft: Draft): Message {
  const message: Message = {
    attachments: [],
    threadTs: null,
    isBroadcast: false,
    onlyFor: null,
    metadata: null,
    editedAt: null,
    files: [],
    reactions: {},
    isPinned: false,
    ...draft,
    blocks: identify(draft.blocks ?? [], () => world.ids.id('b')),
    ts: world.ids.ts(),
  };
  world.state.putMessage(message);
  return message;
}

/** As the app's bot. */
export function postAsBot(world: World, draft: Omit<Draft, 'user'>): Message {
  return post(world, { ...draft, user: world.settings.seed.app.botUser });
}
