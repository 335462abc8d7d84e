import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogAtFirst } from '../../test/support/office/office.ts';
import type { Catalog, ConfiguredTarget } from '../core/catalog.ts';
import { memoryStore } from '../store/memory/index.ts';
import { openWebhookDoor, type WebhookDoor } from './door.ts';
import { serveWebhooks } from './serve.ts';
import type { Bell, Webhook } from './webhook.ts';

const SECRET = 'a secret of tests';
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;
const START_MS = 1_800_000_000_000;

const at = (platform: string, address: object) => ({ platform, address });
const catalog: Catalog = {
  ...catalogAtFirst,
  platforms: [
    { name: 'render-eu', kind: 'render', settings: {} },
    { name: 'vercel', kind: 'vercel', settings: {} },
  ],
  services: catalogAtFirst.services.map((service) => ({
    ...service,
    source: { kind: 'github', settings: { repository: `Ours/${service.name}` } },
    targets: service.targets.map((target): ConfiguredTarget => {
      const id = `${service.name}-${target.environment}`;
      const isApi = service.name === 'api';
      return {
        ...target,
        ...(isApi ? at('render-eu', { service: `srv-${id}` }) : at('vercel', { project: `prj_${id}` })),
      };
    }),
  })),
};
const both = (service: string) => [`${service}/production`, `${service}/staging`];

const kinds: Bell['kind'][] = ['github', 'render', 'vercel', 'signed'];
const webhooks: Webhook[] = kinds.map((kind) => ({
  name: `our-${kind}`,
  kind,
  secret: kind,
  platforms: null,
}));

let nowMs: number;
let door: WebhookDoor;
let served: Awaited<ReturnType<typeof serveWebhooks>>;
let looked: string[][];
let hold: Promise<void> | null;
let sleeping: (() => void)[];
let isStoreDown: boolean;

beforeEach(async () => {
  nowMs = START_MS;
  looked = [];
  hold = null;
  sleeping = [];
  isStoreDown = false;
  const { inbox } = memoryStore({ nowMs: () => nowMs });
  door = openWebhookDoor({
    webhooks: () => webhooks,
    catalog: () => catalog,
    secret: async (kind) => (kind === 'render' ? WHSEC : SECRET),
    inbox: {
      async once(key) {
        if (isStoreDown) throw new Error('the database is away');
        return inbox.once(key);
      },
    },
    async tell() {
      throw new Error('nothing that rings tells of alerts');
    },
    async look(targets) {
      looked.push([...targets].toSorted());
      await hold;
    },
    clock: {
      nowMs: () => nowMs,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          sleeping.push(resolve);
          signal?.addEventListener('abort', () => resolve());
        }),
    },
    log: { warn: () => undefined },
  });
  served = await serveWebhooks(door, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await served.close();
  await door.close();
});

const hmac = (text: string | Buffer, algorithm = 'sha256') => createHmac(algorithm, SECRET).update(text);

/** What a sender of each kind puts beside a body, right unless something else is asked for. */
function headersOf(
  kind: Bell['kind'],
  body: string,
  { id = `msg-${hmac(body).digest('hex').slice(0, 8)}`, atMs = nowMs } = {},
): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1_000));
  switch (kind) {
    case 'github':
      return { 'x-hub-signature-256': `sha256=${hmac(body).digest('hex')}`, 'x-github-delivery': id };
    case 'vercel':
      return { 'x-vercel-signature': hmac(body, 'sha1').digest('hex') };
    case 'render':
      return {
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': `v1,${'A'.repeat(43)}= v1,${hmac(`${id}.${seconds}.${body}`).digest('base64')}`,
      };
    case 'signed':
      return {
        'x-slipway-timestamp': seconds,
        'x-slipway-signature': `sha256=${hmac(`${seconds}.${body}`).digest('hex')}`,
      };
  }
}

const bodies: Record<Bell['kind'], (at: string) => string> = {
  github: (service) => JSON.stringify({ action: 'completed', repository: { full_name: `ours/${service}` } }),
  render: (id) => JSON.stringify({ type: 'deploy_ended', data: { id: 'evt-1', serviceId: `srv-${id}` } }),
  vercel: (id) => JSON.stringify({ type: 'deployment.succeeded', payload: { project: { id: `prj_${id}` } } }),
  signed: (service) => JSON.stringify({ service, environment: 'staging' }),
};

type More = { headers?: Record<string, string>; path?: string; method?: string; type?: string };

async function send(kind: Bell['kind'], body: string, more: More = {}): Promise<number> {
  const { headers = headersOf(kind, body), path = `/webhooks/our-${kind}`, method = 'POST' } = more;
  const answered = await fetch(`http://127.0.0.1:${served.port}${path}`, {
    method,
    headers: { 'content-type': more.type ?? 'application/json', ...headers },
    ...(method === 'POST' ? { body } : {}),
  });
  expect(await answered.text()).toBe('');
  return answered.status;
}

/** Lets whoever rests between two looks go on. */
async function rest(): Promise<void> {
  for (const wake of sleeping.splice(0)) wake();
  await new Promise((resolve) => setImmediate(resolve));
}

const examples: [Bell['kind'], string, string[]][] = [
  ['github', 'api', both('api')],
  ['render', 'api-staging', ['api/staging']],
  ['vercel', 'web-production', ['web/production']],
  ['signed', 'web', ['web/staging']],
];

test.each(examples)('what %s has signed makes Slipway look where it points', async (kind, where, targets) => {
  expect(await send(kind, bodies[kind](where))).toBe(204);
  expect(looked).toEqual([targets]);
});

test.each(examples)('a hundred deliveries of the same from %s ring once', async (kind, where, targets) => {
  const body = bodies[kind](where);
  const headers = headersOf(kind, body);
  const statuses = await Promise.all(Array.from({ length: 100 }, () => send(kind, body, { headers })));
  expect(new Set(statuses)).toEqual(new Set([204]));
  await rest();
  await rest();
  expect(looked).toEqual([targets]);
});

test.each(examples)(
  'what is forged, changed, or signed for another of %s is turned away',
  async (kind, where) => {
    const body = bodies[kind](where);
    const good = headersOf(kind, body);
    const name = Object.keys(good).find((each) => each.includes('signature')) ?? '';
    const value = good[name] ?? '';
    const other = createHmac('sha256', 'another secret').update(body).digest('hex');
    for (const forged of [
      '',
      'sha256=',
      `sha256=${other}`,
      value.slice(0, -4),
      `${value}00`,
      value
        .replaceAll('v1,', 'v0,')
        .replace('sha256', 'sha1')
        .replace(/^(?=[0-9a-f]{40}$)/, 'v0'),
      value.toUpperCase(),
    ]) {
      expect(await send(kind, body, { headers: { ...good, [name]: forged } })).toBe(401);
    }
    expect(await send(kind, `${body} `, { headers: good })).toBe(401);
    expect(await send(kind, body, { headers: {} })).toBe(401);
    for (const another of kinds.filter((each) => each !== kind)) {
      expect(await send(kind, body, { headers: headersOf(another, body) })).toBe(401);
    }
    expect(looked).toEqual([]);
  },
);

test.each(['render', 'signed'] as const)('an old or a future delivery of %s is turned away', async (kind) => {
  const body = bodies[kind]('api-staging');
  for (const atMs of [nowMs - 301_000, nowMs + 302_000]) {
    expect(await send(kind, body, { headers: headersOf(kind, body, { atMs }) })).toBe(401);
  }
  expect(looked).toEqual([]);
});

test('what is not signed does not make a delivery a new one', async () => {
  const body = bodies.github('api');
  await send('github', body, { headers: headersOf('github', body, { id: 'one' }) });
  await send('github', body, { headers: headersOf('github', body, { id: 'two' }) });
  await rest();
  expect(looked).toEqual([both('api')]);
});

test('an id of Standard Webhooks cannot be cut another way than it was signed', async () => {
  const seconds = String(nowMs / 1_000);
  const body = bodies.render('api-staging');
  const signature = `v1,${hmac(`a.${seconds}.${seconds}.${body}`).digest('base64')}`;
  const headers = {
    'webhook-id': `a.${seconds}`,
    'webhook-timestamp': seconds,
    'webhook-signature': signature,
  };
  expect(await send('render', body, { headers })).toBe(401);
});

test('what names nothing of ours changes nothing, and what names nothing at all is looked for everywhere', async () => {
  for (const kind of kinds) expect(await send(kind, bodies[kind]('unknown'))).toBe(204);
  await rest();
  expect(looked).toEqual([]);
  expect(await send('render', '{}')).toBe(204);
  await rest();
  expect(looked).toEqual([both('api')]);
  expect(await send('github', '[1]')).toBe(204);
  await rest();
  expect(looked.at(-1)).toEqual([...both('api'), ...both('web')]);
});

test('deliveries that come out of order, or all at once, lead to one look and one more after it', async () => {
  let go: () => void = () => undefined;
  hold = new Promise((resolve) => {
    go = resolve;
  });
  const wheres = ['api-staging', 'api-production', 'api-staging', 'api-production'];
  for (const [index, where] of wheres.entries()) {
    const body = bodies.render(where);
    const headers = headersOf('render', body, { id: `msg-${9 - index}`, atMs: nowMs - index * 1_000 });
    expect(await send('render', body, { headers })).toBe(204);
  }
  expect(looked).toEqual([['api/staging']]);
  go();
  await rest();
  await rest();
  expect(looked).toEqual([['api/staging'], both('api')]);
});

test.each([
  ['an unknown name', { path: '/webhooks/nobody' }, 404],
  ['a name with more behind it', { path: '/webhooks/our-github/..' }, 404],
  ['a name with a question', { path: '/webhooks/our-github?x=1' }, 404],
  ['another path', { path: '/slack/events' }, 404],
  ['another method', { method: 'GET' }, 405],
  ['a form', { type: 'application/x-www-form-urlencoded' }, 415],
  ['no type', { type: '' }, 415],
])('%s is turned away without a word', async (_name, more, status) => {
  expect(await send('github', bodies.github('api'), more)).toBe(status);
  expect(looked).toEqual([]);
});

test('a huge body is turned away, said beforehand or not', async () => {
  const huge = JSON.stringify({ fill: 'x'.repeat(2 * 1024 * 1024) });
  const headers = headersOf('github', huge);
  expect(await send('github', huge, { headers }).catch(() => 413)).toBe(413);
  const chunked = `${request(headers)}transfer-encoding: chunked\r\n\r\n200000\r\n${'x'.repeat(0x200000)}\r\n`;
  expect(await raw(chunked)).toMatch(/^HTTP\/1.1 413/);
  expect(looked).toEqual([]);
});

test('half a body rings nothing', async () => {
  const body = bodies.github('api');
  const half = `${request(headersOf('github', body))}content-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`;
  expect(await raw(half, 'and end')).not.toMatch(/ 204 /);
  expect(looked).toEqual([]);
});

test('what is signed and is no JSON is turned away', async () => {
  expect(await send('github', 'not json')).toBe(400);
  expect(looked).toEqual([]);
});

test('too many a minute are turned away, and welcome a minute later', async () => {
  const body = bodies.github('unknown');
  for (let count = 0; count < 300; count += 1) await send('github', body, { headers: {} });
  expect(await send('github', body)).toBe(429);
  expect(await send('render', bodies.render('api-staging'))).toBe(204);
  nowMs += 60_000;
  expect(await send('github', body)).toBe(204);
});

test('what could not be written down rings nothing, and may be sent again', async () => {
  isStoreDown = true;
  expect(await send('github', bodies.github('api'))).toBe(503);
  expect(looked).toEqual([]);
  isStoreDown = false;
  expect(await send('github', bodies.github('api'))).toBe(204);
  expect(looked).toEqual([both('api')]);
});

function request(headers: Record<string, string>): string {
  const lines = Object.entries({ host: 'here', 'content-type': 'application/json', ...headers });
  return `POST /webhooks/our-github HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
}

/** Writes just that, and answers what came back. */
function raw(text: string, how?: 'and end'): Promise<string> {
  return new Promise((resolve) => {
    let answered = '';
    const socket = connect(served.port, '127.0.0.1', () => {
      if (how === 'and end') socket.end(text);
      else socket.write(text);
    });
    socket.on('data', (piece) => {
      answered += piece.toString();
    });
    socket.on('error', () => resolve(answered));
    socket.on('close', () => resolve(answered));
  });
}
