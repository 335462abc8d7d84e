import { expect, test } from 'vitest';
import { fakeSlack } from '../../../test/support/slack/fake-slack.ts';
import { answer } from '../../core/answer.ts';
import type { OutboxRow, SheetNotice } from '../../store/store.ts';
import type { Called } from '../client.ts';
import type { Courier } from './courier.ts';
import { deliverSheet } from './people.ts';

const content: SheetNotice = {
  kind: 'sheet',
  sheet: { kind: 'run', id: 'run-00000001' },
  to: {
    kind: 'channel',
    id: 'C1',
    room: { name: 'dr-fail-over-00000001', people: ['U0ADA', 'S0ALL', 'os:ada', 'U0BEN'] },
  },
};
const row: OutboxRow = {
  key: 'sheet/run/run-00000001/1/card',
  stream: 'sheet/run/run-00000001/1/card',
  lane: 'critical',
  content,
  id: 1,
  revision: 1,
  claimFence: 1,
  attempts: 1,
  isUncertain: false,
  ref: null,
};

function open(created: Called) {
  const slack = fakeSlack(() => 0);
  slack.disturb = (method) => {
    if (method === 'conversations.create') return created;
    return method === 'conversations.invite' ? { kind: 'ok', body: {} } : null;
  };
  const silent = () => undefined;
  const courier: Courier = {
    client: slack,
    reports: {
      reportFor: async () => null,
      threadLine: async () => null,
      lineFrom: async () => null,
      keptReport: async () => null,
      sheetFor: async () => answer('fail-over running', [{ kind: 'text', text: ['fail-over running'] }]),
    },
    outbox: { ref: async () => null },
    channelFor: () => null,
    isLoud: () => false,
    fallbackChannel: null,
    log: { info: silent, warn: silent, error: silent },
    mayStillPost: () => true,
    toldThrough: new Map(),
    rooms: new Map(),
    isHopeless: () => false,
  };
  return { slack, courier };
}

const said = ({ blocks }: { blocks: readonly unknown[] } | undefined = { blocks: [] }) =>
  JSON.stringify(blocks);

test('a card gets a channel of its own, with the people it concerns, and is posted there', async () => {
  const { slack, courier } = open({ kind: 'ok', body: { channel: { id: 'C9' } } });
  expect(await deliverSheet(courier, row, content)).toMatchObject({ kind: 'sent', ref: { channel: 'C9' } });
  expect(slack.calls.map(({ method, args }) => [method, args['name'] ?? args['users']])).toEqual([
    ['conversations.create', 'dr-fail-over-00000001'],
    ['conversations.invite', 'U0ADA,U0BEN'],
    ['chat.postMessage', undefined],
  ]);
  expect(said(slack.messages[0])).not.toContain('could not be made');
});

test.each(['missing_scope', 'restricted_action', 'name_taken'])(
  'where the workspace says %s the card stands in the configured channel, and says so for as long as it stands',
  async (code) => {
    const { slack, courier } = open({ kind: 'refused', code });
    const delivered = await deliverSheet(courier, row, content);
    expect(delivered).toMatchObject({ kind: 'sent', ref: { channel: 'C1' } });
    expect(said(slack.messages[0])).toContain(`A channel of its own could not be made (${code})`);
    if (delivered.kind !== 'sent') return;
    await deliverSheet(courier, { ...row, ref: delivered.ref }, content);
    expect(said(slack.messages[0])).toContain('A channel of its own could not be made: everything');
    expect(slack.calls.filter(({ method }) => method === 'conversations.create')).toHaveLength(1);
  },
);

test('a workspace that wants us to wait is asked again, and nothing is posted meanwhile', async () => {
  const { slack, courier } = open({ kind: 'limited', retryAfterMs: 5_000 });
  expect(await deliverSheet(courier, row, content)).toMatchObject({ kind: 'later', why: { inMs: 5_000 } });
  expect(slack.messages).toEqual([]);
});
