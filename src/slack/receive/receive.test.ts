import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  clickBody,
  commandBody,
  deliver,
  eventBody,
  interactionBody,
  newTrigger,
  openWorld,
  soon,
  type World,
} from '../../../test/support/slack/open-world.ts';
import { diceOf, randomReport } from '../../../test/support/slack/random-report.ts';
import { Bug } from '../../core/bug.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const text = (body: unknown) => JSON.stringify(body);

test('a command is written down, acked with what was understood, carried out, and answered in private', async () => {
  const acked = await deliver(world, commandBody('/deploy-staging', 'api v2'));
  expect(acked.status).toBe(200);
  expect(acked.body).toContain('Taking `/deploy-staging api@v2`');
  await soon(() => world.replies.length > 0);
  expect(world.asked).toMatchObject([
    { what: 'deploy', how: { service: 'api', environment: 'staging', ref: 'v2' }, by: 'U1', channel: 'C1' },
  ]);
  expect(world.replies[0]?.body).toMatchObject({ response_type: 'ephemeral', text: 'deploy was asked.' });
  expect(await world.slack.handleWaiting()).toBe(0);
});

test('a line outside the grammar is refused in the ack, and nothing is written down', async () => {
  const acked = await deliver(world, commandBody('/deploy-staging', 'API!! v2'));
  expect(acked.json).toMatchObject({ response_type: 'ephemeral' });
  expect(acked.body).toContain('service');
  expect(world.asked).toEqual([]);
  expect(await world.store.inbox.waiting(0, 10)).toEqual([]);
});

test('help is answered in the ack', async () => {
  const acked = await deliver(world, commandBody('/deploy-staging', 'help'));
  expect(acked.body).toContain('deploy-staging');
  expect(acked.json).toMatchObject({ response_type: 'ephemeral' });
});

test('a command that does not exist is refused and not left unanswered', async () => {
  const acked = await deliver(world, commandBody('/deploy-everything', 'now'));
  expect(acked.status).toBe(200);
  expect(acked.body).toContain('There is no command');
});

test('nothing where something is needed opens a form, with a bare ack', async () => {
  const acked = await deliver(world, commandBody('/deploy-staging', ''));
  expect(acked).toMatchObject({ status: 200, body: '' });
  await soon(() => world.api.length > 0);
  expect(world.api[0]?.method).toBe('views.open');
  expect(JSON.parse(world.api[0]?.args['view'] ?? '')).toMatchObject({
    type: 'modal',
    callback_id: 'v1:form',
  });
});

test('a captured request that is sent again is carried out once', async () => {
  const body = commandBody('/deploy-staging', 'api v2');
  await deliver(world, body);
  const again = await Promise.all([1, 2, 3].map(() => deliver(world, body)));
  for (const each of again) expect(each.body).toContain('received before');
  await soon(() => world.replies.length > 0);
  expect(world.asked).toHaveLength(1);
});

test.each([
  ['a forged signature', { secret: 'another' }, 401],
  ['a timestamp of six minutes ago', { atS: Math.floor(Date.now() / 1_000) - 360 }, 401],
  ['a timestamp of tomorrow', { atS: Math.floor(Date.now() / 1_000) + 86_400 }, 401],
  ['another content type', { type: 'application/x-www-form-urlencoded; charset=utf-8' }, 400],
  ['a multipart form', { type: 'multipart/form-data; boundary=x' }, 400],
  ['a signature of another version', { headers: { 'x-slack-signature': 'v1=00' } }, 401],
  ['an empty signature', { headers: { 'x-slack-signature': '' } }, 401],
])('%s is refused', async (_name, wrong, status) => {
  const answered = await deliver(world, commandBody('/deploy-staging', 'api v2'), wrong);
  expect(answered.status).toBe(status);
  expect(world.asked).toEqual([]);
});

test('what Slack checks certificates with is answered, and what is smuggled along with it is not read', async () => {
  const smuggled = `ssl_check=1&${commandBody('/deploy-staging', 'api v2')}`;
  for (const body of [smuggled, `${smuggled}&payload=%7B%22type%22%3A%22block_actions%22%7D`]) {
    const answered = await deliver(world, body, { secret: 'another' });
    expect(answered).toMatchObject({ status: 200, body: '' });
  }
  expect(world.asked).toEqual([]);
});

test.each([
  ['payload=null', undefined],
  ['payload=[]', undefined],
  ['payload=%22x%22', undefined],
  ['payload=1&payload=2', undefined],
  ['payload=%7Bnot json', undefined],
  ['null', 'application/json'],
  ['[]', 'application/json'],
  ['{', 'application/json'],
  ['', undefined],
  ['payload=%7B%22event%22%3Anull%7D', undefined],
  ['payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3Anull%2C%22user%22%3A%7B%7D%7D', undefined],
  ['{"event":{"type":"app_mention"}}', 'application/json'],
])('a malformed body (%s) is refused, and the process lives', async (body, type) => {
  const answered = await Promise.race([
    deliver(world, body, type === undefined ? {} : { type }),
    new Promise<{ status: number }>((resolve) => setTimeout(() => resolve({ status: 0 }), 3_500)),
  ]);
  expect(answered.status).not.toBe(0);
  expect((await deliver(world, commandBody('/deploy-status', ''))).status).toBe(200);
});

test('a body of more than 256 kB is refused', async () => {
  const answered = await deliver(world, commandBody('/deploy-staging', 'x'.repeat(300_000))).catch(() => ({
    status: 413,
  }));
  expect(answered.status).toBe(413);
  expect((await deliver(world, commandBody('/deploy-status', ''))).status).toBe(200);
});

test('another workspace, and people of another workspace, are not served', async () => {
  const foreign = await deliver(world, commandBody('/deploy-staging', 'api v2', { team_id: 'T2' }));
  expect(foreign.body).toContain('its own workspace');
  await deliver(world, clickBody('v1:abort', 'd-7f3a9k2m', { user: { id: 'U9', team_id: 'T2' } }));
  await soon(() => world.replies.length > 0);
  expect(text(world.replies)).toContain('its own workspace');
  expect(world.asked).toEqual([]);
});

test('when nothing can be written down, the asker is told so', async () => {
  Object.assign(world.store.inbox, { receive: () => Promise.reject(new Error('no database')) });
  const acked = await deliver(world, commandBody('/deploy-staging', 'api v2'));
  expect(acked.body).toContain('nothing was started');
  await deliver(world, clickBody('v1:abort', 'd-7f3a9k2m'));
  await soon(() => world.replies.length > 0);
  expect(text(world.replies)).toContain('nothing was started');
  const event = await deliver(
    world,
    eventBody({ type: 'app_mention', user: 'U1', text: '<@UB> status', channel: 'C1', ts: '1' }, 'Ev1'),
    { type: 'application/json' },
  );
  expect(event.status).toBe(500);
});

test('a database that is slow is answered for by the clock, and what it took is carried out', {
  timeout: 15_000,
}, async () => {
  const receive = world.store.inbox.receive.bind(world.store.inbox);
  Object.assign(world.store.inbox, {
    receive: async (delivery: Parameters<typeof receive>[0]) => {
      await new Promise((resolve) => setTimeout(resolve, 2_900));
      return receive(delivery);
    },
  });
  const acked = await deliver(world, commandBody('/deploy-staging', 'api v2'));
  expect(acked.body).toContain('could not be confirmed in time');
  await soon(() => world.replies.length > 0);
  expect(world.asked).toHaveLength(1);
});

test('a handler that throws still answers, with a reference that is in the log', async () => {
  world.needs.commands.find(() => true);
  Object.assign(world.store.inbox, {
    receive: () => {
      throw new Bug('wrong');
    },
  });
  const acked = await deliver(world, commandBody('/deploy-staging', 'api v2'));
  expect(acked.status).toBe(200);
  expect(acked.body).not.toBe('');
});

test('what a crash left behind is handled by whoever looks next, once', async () => {
  const asked = {
    atMs: Date.now(),
    actor: { id: 'U1', name: 'ada' },
    channel: 'C1',
    thread: null,
    replyTo: null,
    what: { kind: 'command', name: '/deploy-staging', text: 'api v2' },
  };
  await world.store.inbox.receive({ key: 'command:lost', kind: 'command', body: asked });
  Object.assign(world.store.inbox, { waiting: async () => ['command:lost'] });
  expect(await world.slack.handleWaiting()).toBe(1);
  expect(await world.slack.handleWaiting()).toBe(0);
  expect(world.asked).toMatchObject([{ what: 'deploy', key: 'command:lost' }]);
  expect(world.api.map(({ method }) => method)).toContain('chat.postEphemeral');
});

test('what waited for a quarter of an hour is not carried out any more, and says so', async () => {
  const asked = {
    atMs: Date.now() - 16 * 60_000,
    actor: { id: 'U1', name: 'ada' },
    channel: 'C1',
    thread: null,
    replyTo: null,
    what: { kind: 'command', name: '/deploy-staging', text: 'api v2' },
  };
  await world.store.inbox.receive({ key: 'command:old', kind: 'command', body: asked });
  Object.assign(world.store.inbox, { waiting: async () => ['command:old'] });
  await world.slack.handleWaiting();
  expect(world.asked).toEqual([]);
  expect(world.api.find(({ method }) => method === 'chat.postEphemeral')?.args['text']).toContain(
    'quarter of an hour',
  );
});

test('a desk that is wrong is told about once, with a reference', async () => {
  world.world.deskFor = (asking) => ({
    ...world.desk(asking),
    deploy: () => Promise.reject(new Bug('impossible')),
  });
  await deliver(world, commandBody('/deploy-staging', 'api v2'));
  await soon(() => world.replies.length > 0);
  const said = text(world.replies[0]?.body);
  expect(said).toContain('fault of ours');
  expect(said).not.toContain('impossible');
  expect(await world.store.inbox.waiting(0, 10)).toEqual([]);
});

// ---- Presses

test('a button on a card acts on the deployment it names, with the key of the press, and answers in private', async () => {
  for (const [id, what] of [
    ['v1:abort', 'abort'],
    ['v1:resolve', 'resolve'],
    ['v1:details', 'report'],
    ['v1:logs', 'logs'],
  ] as const) {
    const before = world.asked.length;
    const acked = await deliver(world, clickBody(id, 'd-7f3a9k2m'));
    expect(acked).toMatchObject({ status: 200, body: '' });
    await soon(() => world.asked.length > before);
    expect(world.asked.at(-1)?.what).toBe(what);
    expect(text(world.asked.at(-1)?.how)).toContain('d-7f3a9k2m');
    expect(world.asked.at(-1)?.key).toMatch(/^click:trigger\./);
  }
  await soon(() => world.replies.length === 4);
  for (const { body } of world.replies)
    expect(body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
});

test('rolling back from a card shows the plan of what it would do', async () => {
  const report = randomReport(diceOf(1));
  const [target] = randomReport(diceOf(4)).targets;
  expect(target).toBeDefined();
  const targets = target === undefined ? [] : [{ ...target, service: 'api', environment: 'staging' }];
  world.reports.set('d-7f3a9k2m', { ...report, phase: 'deployed', targets });
  await deliver(world, clickBody('v1:rollBack', 'd-7f3a9k2m'));
  await soon(() => world.replies.length > 0);
  // Whoever may not see it learns nothing of it: that is asked first.
  expect(world.asked).toMatchObject([
    { what: 'status', how: { deployment: 'd-7f3a9k2m' } },
    { what: 'rollBack', how: { service: 'api', environment: 'staging', plan: null } },
  ]);
});

test('rolling back what is no longer deployed is told so', async () => {
  world.reports.set('d-7f3a9k2m', { ...randomReport(diceOf(1)), phase: 'rolled-back' });
  await deliver(world, clickBody('v1:rollBack', 'd-7f3a9k2m'));
  await soon(() => world.replies.length > 0);
  expect(world.asked.map(({ what }) => what)).toEqual(['status']);
  expect(text(world.replies)).toContain('cannot be rolled back');
});

test.each(['v0:abort', 'v1:launch', 'abort', 'v2:run:0'])(
  'a button that we do not know (%s) is told to have expired',
  async (id) => {
    await deliver(world, clickBody(id, 'd-7f3a9k2m'));
    await soon(() => world.replies.length > 0);
    expect(text(world.replies)).toContain('expired');
    expect(world.asked).toEqual([]);
  },
);

test('an offer runs what could have been typed, and nothing that could not', async () => {
  await deliver(world, clickBody('v1:run:0', 'deploy-staging api v2'));
  await soon(() => world.replies.length === 1);
  expect(world.asked).toMatchObject([{ what: 'deploy', how: { service: 'api', ref: 'v2' } }]);
  await deliver(world, clickBody('v1:run:0', 'deploy-staging API v2 ; rm'));
  await soon(() => world.replies.length === 2);
  expect(world.asked).toHaveLength(1);
});

test('an offer that lacks something opens the form', async () => {
  await deliver(world, clickBody('v1:run:0', 'deploy-staging'));
  await soon(() => world.api.length > 0);
  expect(world.api[0]?.method).toBe('views.open');
});

test('refreshing replaces the answer, sharing shows it to the channel and takes the button away', async () => {
  await deliver(world, clickBody('v1:refresh', 'deploy-status api'));
  await soon(() => world.replies.length === 1);
  expect(world.replies[0]?.body).toMatchObject({ response_type: 'ephemeral', replace_original: true });
  await deliver(world, clickBody('v1:share', 'deploy-status api'));
  await soon(() => world.replies.length === 3);
  expect(world.replies[1]?.body).toMatchObject({ response_type: 'in_channel', replace_original: false });
  expect(world.replies[2]?.body).toMatchObject({ response_type: 'ephemeral', replace_original: true });
  expect(text(world.replies[2]?.body)).not.toContain('v1:share');
});

test('nothing that changes anything can be refreshed or shared', async () => {
  for (const id of ['v1:refresh', 'v1:share']) await deliver(world, clickBody(id, 'deploy-staging api v2'));
  await soon(() => world.replies.length === 2);
  expect(world.asked).toEqual([]);
});

test('two people who press at the same moment are two presses, and one press that arrives twice is one', async () => {
  const once = clickBody('v1:abort', 'd-7f3a9k2m');
  await Promise.all([
    deliver(world, once),
    deliver(world, once),
    deliver(world, clickBody('v1:abort', 'd-7f3a9k2m', { user: { id: 'U2' } })),
  ]);
  await soon(() => world.asked.length === 2);
  expect(world.asked.map(({ by }) => by).toSorted()).toEqual(['U1', 'U2']);
});

test('when the response_url is spent, the answer goes as an ephemeral message, then as a direct one', async () => {
  world.faults.replyStatus = 404;
  world.faults.refuse.set('chat.postEphemeral', 'user_not_in_channel');
  await deliver(world, commandBody('/deploy-status', ''));
  await soon(() => world.api.length === 2);
  expect(world.api.map(({ method }) => method)).toEqual(['chat.postEphemeral', 'chat.postMessage']);
  expect(world.api[1]?.args['channel']).toBe('U1');
});

test('answers are posted to Slack and to nowhere else', async () => {
  await deliver(world, commandBody('/deploy-status', '', { response_url: 'https://evil.example/hook' }));
  await soon(() => world.api.length > 0);
  expect(world.replies).toEqual([]);
  expect(world.api[0]?.method).toBe('chat.postEphemeral');
});

// ---- Forms

const view = (values: object, origin: unknown = { command: 'deploy-staging', channel: 'C1' }) => ({
  type: 'view_submission',
  view: {
    id: 'V1',
    hash: 'h',
    callback_id: 'v1:form',
    private_metadata: typeof origin === 'string' ? origin : JSON.stringify(origin),
    state: { values },
  },
});
const field = (value: string | null) => ({ 'v1:text': { type: 'plain_text_input', value } });
const choice = (value: string) => ({ 'v1:service': { type: 'external_select', selected_option: { value } } });

test('a filled form runs as the command that it is, and answers where it was opened', async () => {
  const acked = await deliver(
    world,
    interactionBody(
      view({
        service: choice('api'),
        version: choice('v2'),
        reason: field('because'),
        again: { 'v1:switch': { selected_options: [{ value: 'yes' }] } },
      }),
    ),
  );
  expect(acked).toMatchObject({ status: 200, body: '' });
  await soon(() => world.api.length > 0);
  expect(world.asked).toMatchObject([
    { what: 'deploy', how: { service: 'api', ref: 'v2', why: 'because', again: true } },
  ]);
  expect(world.api[0]).toMatchObject({ method: 'chat.postEphemeral', args: { channel: 'C1', user: 'U1' } });
});

test('what is wrong in a form is said beside its field, and nothing is done', async () => {
  const acked = await deliver(
    world,
    interactionBody(view({ service: choice('API!'), version: choice('v2') })),
  );
  expect(acked.json).toMatchObject({ response_action: 'errors' });
  expect(Object.keys(acked.json['errors'] as object)).toEqual(['service']);
  expect(world.asked).toEqual([]);
});

test.each([
  'not json',
  '{"command":"deploy-staging"}',
  '{"command":"rm","channel":null}',
  '{"command":"deploy-staging","channel":"C1","as":"U2"}',
])('a form that remembers something else (%s) is closed, and nothing is done', async (metadata) => {
  const acked = await deliver(world, interactionBody(view({ service: choice('api') }, metadata)));
  expect(acked.json).toMatchObject({ response_action: 'update' });
  expect(world.asked).toEqual([]);
});

test('typing into a form is answered with services, and then with the versions of the one that was chosen', async () => {
  const origin = JSON.stringify({ command: 'deploy-staging', channel: 'C1' });
  const asks = (action_id: string, values: object) =>
    interactionBody({
      type: 'block_suggestion',
      action_id,
      block_id: 'service',
      value: 'a',
      view: { private_metadata: origin, state: { values } },
    });
  const services = await deliver(world, asks('v1:service', {}));
  expect(services.json).toMatchObject({ options: [{ value: 'aapi' }] });
  const versions = await deliver(world, asks('v1:version', { service: choice('api') }));
  expect(versions.json).toMatchObject({
    options: [{ value: 'v2', text: { text: 'v2 of api', emoji: false } }],
  });
  expect((await deliver(world, asks('v1:version', {}))).json).toEqual({ options: [] });
  expect((await deliver(world, asks('v9:other', {}))).json).toEqual({ options: [] });
});

test('closing a form is acked', async () => {
  const answered = await deliver(
    world,
    interactionBody({ type: 'view_closed', view: { id: 'V1', callback_id: 'v1:form' } }),
  );
  expect(answered).toMatchObject({ status: 200, body: '' });
});

// ---- Mentions, shortcuts, home

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

test('a mention in a thread is the same command, answered in that thread', async () => {
  const acked = await deliver(world, mention('status api'), json);
  expect(acked.status).toBe(200);
  await soon(() => world.api.length > 0);
  expect(world.asked).toMatchObject([{ what: 'status', how: { service: 'api' } }]);
  expect(world.api[0]).toMatchObject({
    method: 'chat.postEphemeral',
    args: { thread_ts: '1.0', user: 'U1' },
  });
});

test('a mention that lacks something offers the form, because only a press can open one', async () => {
  await deliver(world, mention('staging'), json);
  await soon(() => world.api.length > 0);
  expect(world.api[0]?.args['blocks']).toContain('v1:run:0');
});

test('an event that is delivered several times is handled once', async () => {
  const body = mention('status api');
  await Promise.all([1, 2, 3, 4].map(() => deliver(world, body, json)));
  await soon(() => world.api.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(world.asked).toHaveLength(1);
});

test('bots, edits and other messages are let go by', async () => {
  for (const more of [
    { bot_id: 'B1' },
    { subtype: 'bot_message' },
    { edited: { user: 'U1' } },
    { user_team: 'T2' },
    { type: 'message', channel_type: 'channel' },
  ]) {
    expect((await deliver(world, mention('staging api v2', more), json)).status).toBe(200);
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(world.asked).toEqual([]);
});

test('a direct message needs no mention, and is answered in the same place', async () => {
  await deliver(
    world,
    eventBody(
      { type: 'message', channel_type: 'im', user: 'U1', text: 'status', channel: 'D1', ts: '2.0' },
      'EvIm',
    ),
    json,
  );
  await soon(() => world.api.length > 0);
  expect(world.api[0]).toMatchObject({ method: 'chat.postMessage', args: { channel: 'D1' } });
});

test('a shortcut finds the deployment of a message, by its metadata or by its buttons', async () => {
  const metadata = {
    event_type: 'slipway',
    event_payload: { key: 'card/d-7f3a9k2m', deployment_id: 'd-7f3a9k2m' },
  };
  const blocks = [
    { type: 'actions', elements: [{ type: 'button', action_id: 'v1:logs', value: 'd-7f3a9k2m' }] },
  ];
  for (const message of [{ metadata }, { blocks }]) {
    await deliver(
      world,
      interactionBody({
        type: 'message_action',
        callback_id: 'deploy-details',
        channel: { id: 'C1' },
        response_url: 'https://hooks.slack.com/x',
        message,
      }),
    );
  }
  await soon(() => world.asked.length === 2);
  for (const each of world.asked)
    expect(each).toMatchObject({ what: 'status', how: { deployment: 'd-7f3a9k2m' } });
  await deliver(
    world,
    interactionBody({
      type: 'message_action',
      callback_id: 'deploy-details',
      channel: { id: 'C1' },
      response_url: 'https://hooks.slack.com/x',
      message: { text: 'hello' },
    }),
  );
  await soon(() => world.replies.length === 3);
  expect(text(world.replies[2])).toContain('not about a deployment');
});

test('the global shortcut opens the form of a deployment', async () => {
  await deliver(world, interactionBody({ type: 'shortcut', callback_id: 'start-deploy' }));
  await soon(() => world.api.length > 0);
  expect(world.api[0]?.method).toBe('views.open');
});

test('opening the home tab shows what is on its way and how to begin', async () => {
  await deliver(
    world,
    eventBody({ type: 'app_home_opened', user: 'U1', tab: 'home', channel: 'D1' }, 'EvHome'),
    json,
  );
  await soon(() => world.api.length > 0);
  expect(world.api[0]).toMatchObject({ method: 'views.publish', args: { user_id: 'U1' } });
  expect(world.api[0]?.args['view']).toContain('/deploy-staging');
});

test('Slack may prove the address, and other paths and methods are not there', async () => {
  const proof = await deliver(world, JSON.stringify({ type: 'url_verification', challenge: 'abc' }), json);
  expect(proof.json).toEqual({ challenge: 'abc' });
  expect((await fetch(world.url)).status).toBe(405);
  expect((await fetch(world.url.replace('/slack/events', '/other'), { method: 'POST' })).status).toBe(404);
});

test('the emergency shortcut opens the form of a freeze, and nothing else is asked in it', async () => {
  await deliver(world, interactionBody({ type: 'shortcut', callback_id: 'emergency-freeze' }));
  await soon(() => world.api.length > 0);
  const view = JSON.parse(world.api[0]?.args['view'] ?? '{}');
  expect(JSON.parse(view.private_metadata)).toMatchObject({
    command: 'deploy-emergency',
    kept: { do: 'freeze' },
  });
  const fields = view.blocks.flatMap(({ block_id }: { block_id?: string }) => block_id ?? []);
  expect(fields).toEqual(['service', 'environment', 'incident', 'reason', 'confirm', 'for']);
  expect(world.asked).toEqual([]);
});

test('the shortcut for pending approvals answers in private, wherever it was chosen', async () => {
  await deliver(world, interactionBody({ type: 'shortcut', callback_id: 'pending-approvals' }));
  await soon(() => world.api.length > 0);
  expect(world.asked).toMatchObject([{ what: 'approve', how: { deployment: null, plan: null } }]);
  expect(world.api[0]).toMatchObject({ method: 'chat.postMessage', args: { channel: 'U1' } });
});
