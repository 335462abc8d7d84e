import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  deliver,
  eventBody,
  interactionBody,
  newTrigger,
  openWorld,
  soon,
  type World,
} from '../../../test/support/slack/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const mention = (words: string, more: object = {}) =>
  eventBody(
    {
      type: 'app_mention',
      user: 'U1',
      text: `<@UB> ${words}`,
      channel: 'C1',
      ts: '2.0',
      thread_ts: '1.0',
      ...more,
    },
    `Ev${newTrigger()}`,
  );
const json = { type: 'application/json' };

const CARD_AT = { channel: 'C1', ts: '1.0' };

/** A card of ours at the root of the thread in which mentions are made here. */
async function cardInThread(key = 'card/d-7f3a9k2m'): Promise<void> {
  const content = { kind: 'card', deploymentId: 'd-7f3a9k2m', environment: 'staging', seq: null } as const;
  // Again, should the sender of this world have been quicker.
  for (let version = 0; (await world.store.outbox.keyAt(CARD_AT)) !== key; version += 1) {
    await world.store.board.put({
      kind: 'any',
      id: 'sheet',
      afterVersion: version,
      key: `put ${version}`,
      body: {},
      isOpen: false,
      dueAtMs: null,
      notices: [{ key, stream: key, lane: 'critical', content }],
    });
    const [row] = await world.store.outbox.take('test', 1, 1_000);
    if (row !== undefined) await world.store.outbox.sent(row, CARD_AT);
  }
}

test.each([
  ['hold', { what: 'hold', how: ['d-7f3a9k2m', null] }],
  ['promote', { what: 'promote', how: ['d-7f3a9k2m', { isAll: false, why: null }] }],
  ['hold --reason "the logs look odd"', { what: 'hold', how: ['d-7f3a9k2m', 'the logs look odd'] }],
  ['approve', { what: 'approve', how: { deployment: 'd-7f3a9k2m', plan: null } }],
  ['status', { what: 'status', how: { deployment: 'd-7f3a9k2m', service: null } }],
  ['logs', { what: 'logs', how: { deployment: 'd-7f3a9k2m' } }],
  // Whoever names something means that.
  ['status api', { what: 'status', how: { deployment: null, service: 'api' } }],
  ['status --env staging', { what: 'status', how: { deployment: null, environment: 'staging' } }],
  ['hold d-00000001', { what: 'hold', how: ['d-00000001', null] }],
])('in the thread of a card "%s" is about its deployment, unless it names another', async (words, asked) => {
  await cardInThread();
  world.api.length = 0;
  await deliver(world, mention(words), json);
  await soon(() => world.asked.length > 0);
  expect(world.asked).toMatchObject([asked]);
});

test('elsewhere nothing is guessed: what is meant has to be said', async () => {
  for (const words of ['hold', 'promote', 'rollback']) {
    await deliver(world, mention(words, { thread_ts: undefined }), json);
    await deliver(world, mention(words), json);
  }
  await soon(() => world.api.length === 6);
  expect(world.asked).toEqual([]);
});

test.each(['edited', 'bot_id', 'subtype'])(
  'what is %s in the thread of a card does nothing',
  async (which) => {
    await cardInThread();
    const more = { edited: { user: 'U1' }, bot_id: 'B1', subtype: 'message_changed' }[which];
    await deliver(world, mention('hold', { [which]: more }), json);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.asked).toEqual([]);
  },
);

test('a message that only claims to be a card makes no thread of one', async () => {
  await cardInThread('word/other');
  await deliver(world, mention('hold'), json);
  await soon(() => world.api.some(({ method }) => method === 'chat.postEphemeral'));
  expect(world.asked).toEqual([]);
});

test('a shortcut on what somebody wrote below a card is about its deployment', async () => {
  await cardInThread();
  const message = { text: 'what is this?', thread_ts: CARD_AT.ts };
  const what = { type: 'message_action', callback_id: 'deploy-details', channel: { id: 'C1' }, message };
  await deliver(world, interactionBody(what));
  await soon(() => world.asked.length > 0);
  expect(world.asked).toMatchObject([{ what: 'status', how: { deployment: 'd-7f3a9k2m' } }]);
});
