import { ErrorCode, WebClient } from '@slack/web-api';
import { afterEach, expect, test } from 'vitest';
import { type Bench, openBench, secrets } from './workspace-support.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const button = (action_id: string) => ({
  type: 'actions' as const,
  elements: [
    { type: 'button' as const, action_id, value: 'v', text: { type: 'plain_text' as const, text: 'Go' } },
  ],
});
const modal = (title: string, more: object = {}) => ({
  type: 'modal' as const,
  callback_id: 'form',
  title: { type: 'plain_text' as const, text: title },
  submit: { type: 'plain_text' as const, text: 'Send' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Why' },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
  ],
  ...more,
});

for (const way of ['http', 'socket'] as const) {
  test(`over ${way}, a command is acknowledged, and its text carries ids beside names`, async () => {
    const heard: Record<string, unknown>[] = [];
    bench = await openBench(way, (bolt) => {
      bolt.command('/deploy', async ({ command, ack }) => {
        heard.push({ ...command });
        await ack({ text: `Queued ${command.text}`, response_type: 'ephemeral' });
      });
    });
    const { workspace } = bench;
    expect(await workspace.as('U0ADA').command('/deploy api for @ben in #production', 'deploys')).toEqual({
      ok: true,
    });
    expect(heard[0]).toMatchObject({
      command: '/deploy',
      text: 'api for <@U0BEN|ben> in <#C0PRODUCTION|production>',
      user_id: 'U0ADA',
      channel_id: 'C0DEPLOYS',
      channel_name: 'deploys',
      team_id: 'T0LOCAL',
    });
    expect(workspace.messages('deploys', { as: 'U0ADA' })).toHaveLength(1);
    expect(workspace.messages('deploys', { as: 'U0BEN' })).toHaveLength(0);
  });

  test(`over ${way}, a button reaches its handler, and what it responds replaces the message`, async () => {
    bench = await openBench(way, (bolt) => {
      bolt.action('go', async ({ ack, respond, body }) => {
        await ack();
        await respond({ text: `Done by ${body.user.id}`, replace_original: true });
      });
    });
    const { workspace, bolt } = bench;
    await bolt.client.chat.postMessage({ channel: 'C0DEPLOYS', text: 'Ready', blocks: [button('go')] });
    const message = await workspace.waitForMessage(({ text }) => text === 'Ready');
    expect(await workspace.as('U0BEN').click(message, 'go')).toEqual({ ok: true });
    const after = await workspace.waitForMessage(({ text }) => text === 'Done by U0BEN');
    expect(after.ts).toBe(message.ts);
  });
}

test('a late acknowledgement is the error that Slack shows, and so is none, and so is nobody', async () => {
  bench = await openBench(
    'http',
    (bolt) => {
      bolt.command('/slow', async ({ ack }) => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        await ack().catch(() => undefined);
      });
    },
    { waits: { ack: 200 } },
  );
  const ada = bench.workspace.as('U0ADA');
  expect(await ada.command('/slow', 'deploys')).toEqual({
    ok: false,
    error: '/slow failed with the error "operation_timeout"',
  });
  expect(await ada.command('/nonsense', 'deploys')).toMatchObject({
    ok: false,
    error: expect.stringContaining('/nonsense is not a valid command.'),
  });
  await bench.stopBolt();
  expect(await ada.command('/slow', 'deploys')).toEqual({
    ok: false,
    error: '/slow failed with the error "dispatch_failed"',
  });
});

test('slash commands are refused in threads, and everything else is said there', async () => {
  bench = await openBench('http', () => undefined);
  const ada = bench.workspace.as('U0ADA');
  await ada.say('hello', 'deploys');
  const [root] = bench.workspace.messages('deploys');
  expect(await ada.say('/deploy api', 'deploys', root?.ts ?? '')).toEqual({
    ok: false,
    error: '/deploy is not supported in threads. Sorry!',
  });
  await ada.say('well', 'deploys', root?.ts ?? '');
  expect(bench.workspace.messages('deploys').map(({ replyCount }) => replyCount)).toEqual([1, 0]);
});

test('a post keeps its metadata, an edit keeps its place, and both are in the ledger', async () => {
  bench = await openBench('http', () => undefined);
  const { chat, conversations } = bench.bolt.client;
  const metadata = { event_type: 'deployment', event_payload: { id: 'd-1', seq: 1 } };
  const posted = await chat.postMessage({ channel: '#deploys', text: 'one', metadata });
  await chat.postMessage({ channel: 'C0DEPLOYS', text: 'again', metadata });
  await chat.update({ channel: 'C0DEPLOYS', ts: posted.ts ?? '', text: 'two', blocks: [section('two')] });
  const { messages } = await conversations.history({ channel: 'C0DEPLOYS', include_all_metadata: true });
  expect(messages?.map(({ text, metadata: kept }) => [text, kept])).toEqual([
    ['again', metadata],
    ['two', metadata],
  ]);
  const { ledger } = bench.workspace;
  expect(ledger.posts()).toHaveLength(2);
  expect(ledger.edits()).toHaveLength(1);
  expect(ledger.duplicates()).toHaveLength(1);
});

test('what Slack refuses is refused with its code and the block that is wrong', async () => {
  bench = await openBench('http', () => undefined);
  const { chat } = bench.bolt.client;
  const refused = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'accepted',
      (error) => [error.data.error, ...(error.data.response_metadata?.messages ?? [])],
    );
  const there = { channel: 'C0DEPLOYS', text: 'x' };
  expect(await refused(chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).toEqual(['channel_not_found']);
  expect(await refused(chat.postMessage({ channel: 'C0DEPLOYS', text: '' }))).toEqual(['no_text']);
  expect(await refused(chat.postEphemeral({ ...there, user: 'U0SLIPWAY', channel: 'C0GENERAL' }))).toEqual([
    'not_in_channel',
  ]);
  expect(await refused(chat.postMessage({ ...there, blocks: [section('x'.repeat(3_001))] }))).toEqual([
    'invalid_blocks',
    '[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ]);
  expect(await refused(chat.postMessage({ ...there, blocks: [{ type: 'nonsense' }] }))).toEqual([
    'invalid_blocks',
    '[ERROR] unsupported type: nonsense [json-pointer:/blocks/0/type]',
  ]);
  expect(await refused(chat.update({ ...there, ts: '1.000001' }))).toEqual(['message_not_found']);
  await bench.workspace.as('U0ADA').say('mine', 'deploys');
  const [mine] = bench.workspace.messages('deploys');
  expect(await refused(chat.update({ ...there, ts: mine?.ts ?? '' }))).toEqual(['cant_update_message']);
  expect(await refused(bench.bolt.client.pins.add({ channel: 'C0DEPLOYS', timestamp: '1.0' }))).toEqual([
    'missing_scope',
  ]);
  const stranger = new WebClient('xoxb-other', { slackApiUrl: bench.workspace.apiUrl });
  expect(await refused(stranger.auth.test())).toEqual(['invalid_auth']);
  expect(
    await refused(new WebClient(undefined, { slackApiUrl: bench.workspace.apiUrl }).auth.test()),
  ).toEqual(['not_authed']);
  expect(await refused(bench.bolt.client.apiCall('chat.shout'))).toEqual(['unknown_method']);
});

test('a trigger opens one modal, once, within three seconds', async () => {
  const triggers: string[] = [];
  const clock = { ms: Date.now() };
  bench = await openBench(
    'http',
    (bolt) => {
      bolt.command('/deploy', async ({ command, ack }) => {
        triggers.push(command.trigger_id);
        await ack();
      });
    },
    { nowMs: () => clock.ms },
  );
  const { workspace, bolt } = bench;
  const ada = workspace.as('U0ADA');
  await ada.command('/deploy', 'deploys');
  const [trigger_id = ''] = triggers;
  const tooLong = modal('x'.repeat(25));
  await expect(bolt.client.views.open({ trigger_id, view: tooLong })).rejects.toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: {
        messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
      },
    },
  });
  const { view } = await bolt.client.views.open({ trigger_id, view: modal('Deploy') });
  expect(ada.modals().map(({ title }) => title)).toEqual(['Deploy']);
  await expect(bolt.client.views.open({ trigger_id, view: modal('Again') })).rejects.toMatchObject({
    data: { error: 'exchanged_trigger_id' },
  });
  const view_id = view?.id ?? '';
  await expect(
    bolt.client.views.update({ view_id, hash: 'stale', view: modal('Late') }),
  ).rejects.toMatchObject({ data: { error: 'hash_conflict' } });
  await bolt.client.views.update({ view_id, hash: view?.hash ?? '', view: modal('Filled') });
  expect(ada.modals().map(({ title }) => title)).toEqual(['Filled']);
  await ada.command('/deploy', 'deploys');
  clock.ms += 3_001;
  await expect(
    bolt.client.views.open({ trigger_id: triggers[1] ?? '', view: modal('Late') }),
  ).rejects.toMatchObject({
    data: { error: 'expired_trigger_id' },
  });
});

test('a submission is answered with errors, an update, a push, and then with nothing', async () => {
  const answers: object[] = [
    { response_action: 'errors', errors: { reason: 'Say more.' } },
    { response_action: 'update', view: modal('Second') },
    { response_action: 'push', view: modal('On top', { notify_on_close: true }) },
  ];
  const closed: unknown[] = [];
  bench = await openBench('http', (bolt) => {
    bolt.shortcut('start', async ({ shortcut, ack, client }) => {
      await ack();
      await client.views.open({ trigger_id: shortcut.trigger_id, view: modal('First') });
    });
    bolt.view('form', async ({ ack }) => ack(...((answers.length > 0 ? [answers.shift()] : []) as [])));
    bolt.view({ type: 'view_closed', callback_id: 'form' }, async ({ ack, body }) => {
      closed.push('is_cleared' in body && body.is_cleared);
      await ack();
    });
  });
  const ada = bench.workspace.as('U0ADA');
  const titles = (): readonly string[] => ada.modals().map(({ title }) => title);
  const top = () => ada.modals().at(-1) ?? expect.fail('no modal is open');
  await ada.shortcut('start');
  await expect.poll(titles).toEqual(['First']);
  expect(await ada.submit(top())).toEqual({ ok: false, error: 'Please complete this required field.' });
  expect(await ada.submit(top(), { text: 'because' })).toEqual({ ok: false, error: 'Say more.' });
  expect(top().errors).toEqual({ reason: 'Say more.' });
  expect(await ada.submit(top(), { text: 'because' })).toEqual({ ok: true });
  expect(titles()).toEqual(['Second']);
  await ada.submit(top(), { text: 'because' });
  expect(titles()).toEqual(['Second', 'On top']);
  await ada.close(top());
  expect(closed).toEqual([false]);
  await ada.submit(top(), { text: 'because' });
  expect(titles()).toEqual([]);
});

test('an app that edits too often is told to wait, with HTTP 429 and Retry-After', async () => {
  const frozen = Date.now();
  bench = await openBench('http', () => undefined, { nowMs: () => frozen });
  const { chat } = bench.bolt.client;
  const { ts = '' } = await chat.postMessage({ channel: 'C0DEPLOYS', text: 'x' });
  for (let edits = 0; edits < 50; edits += 1)
    await chat.update({ channel: 'C0DEPLOYS', ts, text: `edit ${edits}` });
  await expect(chat.update({ channel: 'C0DEPLOYS', ts, text: 'one too many' })).rejects.toMatchObject({
    code: ErrorCode.RateLimitedError,
    retryAfter: 2,
  });
  expect(bench.workspace.messages('deploys').map(({ text }) => text)).toEqual(['edit 49']);
});

test('posts to one channel are limited to a small burst and one a second, replies included', async () => {
  const frozen = Date.now();
  bench = await openBench('http', () => undefined, { nowMs: () => frozen });
  const { chat } = bench.bolt.client;
  const { ts = '' } = await chat.postMessage({ channel: 'C0DEPLOYS', text: 'root' });
  for (let posts = 0; posts < 4; posts += 1)
    await chat.postMessage({ channel: 'C0DEPLOYS', text: 'x', thread_ts: ts });
  await expect(chat.postMessage({ channel: 'C0DEPLOYS', text: 'x' })).rejects.toMatchObject({
    retryAfter: 1,
  });
  await chat.postMessage({ channel: 'C0PRODUCTION', text: 'another channel is another bucket' });
});

test('a response_url is good five times', async () => {
  const urls: string[] = [];
  bench = await openBench('http', (bolt) => {
    bolt.command('/deploy', async ({ command, ack }) => {
      urls.push(command.response_url);
      await ack('working');
    });
  });
  const { workspace } = bench;
  await workspace.as('U0ADA').command('/deploy', 'general');
  const respond = (body: object) =>
    fetch(urls[0] ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const shown = () => workspace.messages('general', { as: 'U0ADA' }).map(({ text }) => text);
  await respond({ text: 'half', replace_original: true });
  expect(shown()).toEqual(['half']);
  await respond({ text: 'more' });
  await respond({ text: 'for all', response_type: 'in_channel' });
  expect(workspace.messages('general', { as: 'U0BEN' }).map(({ text }) => text)).toEqual(['for all']);
  await respond({ delete_original: true });
  expect(shown()).toEqual(['more', 'for all']);
  expect((await respond({ text: 'five' })).status).toBe(200);
  const sixth = await respond({ text: 'six' });
  expect([sixth.status, await sixth.json()]).toEqual([404, { ok: false, error: 'used_url' }]);
  expect(shown()).toEqual(['more', 'for all', 'five']);
});

test('an event that fails is told again, with its number and its reason', async () => {
  const retries: unknown[] = [];
  bench = await openBench(
    'http',
    (bolt) => {
      bolt.use(async ({ context, next }) => {
        retries.push([context.retryNum, context.retryReason]);
        await next();
      });
    },
    { waits: { eventRetries: [0, 10, 20] } },
  );
  // Bolt acknowledges every event by itself; here its acknowledgements are lost.
  bench.workspace.setFaults({ dropAfterPercent: 100 });
  await bench.workspace.as('U0ADA').say('<@U0SLIPWAY> status', 'deploys');
  await expect.poll(() => retries.length).toBe(4);
  expect(retries[0]).toEqual([undefined, undefined]);
  expect(retries[3]).toEqual([3, 'connection_failed']);
});

test('work that was done and whose answer was lost shows in the ledger as done', async () => {
  bench = await openBench('http', () => undefined);
  const { workspace } = bench;
  const client = new WebClient(secrets.botToken, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
  });
  workspace.setFaults({ dropAfterPercent: 100 });
  await expect(client.chat.postMessage({ channel: 'C0DEPLOYS', text: 'x' })).rejects.toMatchObject({
    code: ErrorCode.RequestError,
  });
  expect(workspace.ledger.posts()).toMatchObject([{ ok: false, wasDone: true, status: null }]);
  expect(workspace.messages('deploys')).toHaveLength(1);
});

test('a file goes into its thread, and is not a picture before Slack has looked at it', async () => {
  bench = await openBench('http', () => undefined, { waits: { fileProcessing: 60_000 } });
  const { chat, files, filesUploadV2 } = bench.bolt.client;
  const { ts = '' } = await chat.postMessage({ channel: 'C0DEPLOYS', text: 'root' });
  await filesUploadV2.call(bench.bolt.client, {
    channel_id: 'C0DEPLOYS',
    thread_ts: ts,
    file: Buffer.from('not really a picture'),
    filename: 'chart.png',
    title: 'Chart',
  });
  const reply = await bench.workspace.waitForMessage(({ files: attached }) => attached.length > 0);
  expect(reply).toMatchObject({ threadTs: ts, files: [{ name: 'chart.png', title: 'Chart', bytes: 20 }] });
  const id = reply.files[0]?.id ?? '';
  expect((await files.info({ file: id })).file?.mimetype).toBe('');
  const image = { type: 'image' as const, alt_text: 'a chart', slack_file: { id } };
  await expect(chat.postMessage({ channel: 'C0DEPLOYS', text: 'x', blocks: [image] })).rejects.toMatchObject({
    data: { error: 'invalid_blocks' },
  });
});

test('a socket that is asked to come back does, and hears what comes then', async () => {
  const heard: string[] = [];
  bench = await openBench('socket', (bolt) => {
    bolt.command('/deploy', async ({ command, ack }) => {
      heard.push(command.text);
      await ack();
    });
  });
  const { workspace } = bench;
  const ada = workspace.as('U0ADA');
  await ada.command('/deploy one', 'deploys');
  workspace.refreshSockets();
  await expect.poll(() => workspace.connection().bot, { timeout: 30_000, interval: 1 }).toBe('unreachable');
  await expect.poll(() => workspace.connection().bot, { timeout: 60_000 }).toBe('connected');
  await ada.command('/deploy two', 'deploys');
  expect(heard).toEqual(['one', 'two']);
});

test('the bot answers the challenge of its request URL', async () => {
  bench = await openBench('http', () => undefined);
  expect(await bench.workspace.verifyUrl()).toBe(true);
});

test('the home is what the app publishes when somebody opens it, and its options come from the app', async () => {
  bench = await openBench('http', (bolt) => {
    bolt.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({
        user_id: event.user,
        view: {
          type: 'home',
          blocks: [
            {
              type: 'actions',
              elements: [{ type: 'external_select', action_id: 'service', min_query_length: 0 }],
            },
          ],
        },
      });
    });
    bolt.options('service', async ({ options, ack }) => {
      await ack({ options: [{ text: { type: 'plain_text', text: `api ${options.value}` }, value: 'api' }] });
    });
  });
  const ada = bench.workspace.as('U0ADA');
  await ada.openHome();
  await expect.poll(() => ada.home()?.blocks.length).toBe(1);
  expect(await ada.options('home', 'service', 'a')).toEqual({
    options: [{ text: 'api a', value: 'api', description: null }],
  });
});
