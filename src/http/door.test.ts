import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Failed, type Failure } from '../core/failure.ts';
import { type Host, type Http, openDoor } from './door.ts';
import { path } from './path.ts';
import { redactor } from './redact.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  }
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server that misbehaves as told, and a door to it whose clock stands still unless it is moved. */
async function open(handler: Handler, host: Partial<Host> = {}) {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push({ server, sockets });
  const { port } = server.address() as AddressInfo;
  const clock = {
    now: 1_000_000,
    nowMs: () => clock.now,
    async sleep(ms: number) {
      clock.now += ms;
    },
  };
  const door = openDoor({ fetch, clock, random: () => 0.5, redact: redactor(['hunter2-hunter2']) });
  const http = door({ baseUrl: `http://127.0.0.1:${port}/v1`, deadlineMs: 2_000, ...host });
  return { http, seen, clock, sockets, port };
}

const Answer = z.object({ id: z.string() });
const ok: Handler = (_, response) => void response.end('{"id":"a"}');
const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end(body);

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

const read = (http: Http) => http.get('/things', Answer);
const write = (http: Http) => http.post('/things', { a: 1 }, Answer);

test('an answer is checked, and only what was asked for comes through', async () => {
  const { http, seen } = await open(
    (_, response) => void response.end('{"id":"a","__proto__":{"x":1},"more":2}'),
  );
  expect(await http.get('/things', Answer, { limit: 5, q: 'a b&c' })).toEqual({ id: 'a' });
  expect(seen).toEqual(['GET /v1/things?limit=5&q=a+b%26c']);
});

test('what is sent is JSON, with the headers that say who we are', async () => {
  const received: unknown[] = [];
  const { http } = await open(
    (request, response) => {
      received.push(request.method, request.headers['content-type'], request.headers['authorization']);
      request.on('data', (chunk) => received.push(String(chunk))).on('end', () => ok(request, response));
    },
    { authorize: async () => ({ authorization: 'Bearer hunter2-hunter2' }) },
  );
  await http.patch('/things/1', { a: 'ä' }, Answer);
  expect(received).toEqual(['PATCH', 'application/json', 'Bearer hunter2-hunter2', '{"a":"ä"}']);
});

test.each<[number, Failure['code'], Failure['code']]>([
  [400, 'rejected', 'rejected'],
  [401, 'unauthorized', 'unauthorized'],
  [403, 'unauthorized', 'unauthorized'],
  [404, 'not-found', 'not-found'],
  [408, 'unavailable', 'outcome-unknown'],
  [409, 'conflict', 'conflict'],
  [412, 'conflict', 'conflict'],
  [422, 'rejected', 'rejected'],
  [429, 'rate-limited', 'rate-limited'],
  [500, 'unavailable', 'outcome-unknown'],
  [501, 'unsupported', 'unsupported'],
  [502, 'unavailable', 'outcome-unknown'],
  [503, 'unavailable', 'outcome-unknown'],
  [504, 'unavailable', 'outcome-unknown'],
  [302, 'rejected', 'outcome-unknown'],
  [307, 'rejected', 'rejected'],
])('status %d is %s for a read and %s for what changes something', async (code, forRead, forWrite) => {
  const { http } = await open(status(code, { location: 'http://169.254.169.254/' }));
  expect((await failureOf(read(http))).code).toBe(forRead);
  expect((await failureOf(write(http))).code).toBe(forWrite);
});

test('a redirect is an answer and is not followed', async () => {
  const { http, seen } = await open(status(302, { location: '/elsewhere' }));
  await failureOf(read(http));
  expect(seen).toEqual(['GET /v1/things']);
});

const misbehaviours: [string, Handler][] = [
  ['says nothing', () => undefined],
  ['hangs up at once', (request) => void request.socket.destroy()],
  [
    'trickles',
    (_, response) => {
      response.write('{"id":');
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    },
  ],
  [
    'hangs up half-way',
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"id":"a"', () => response.destroy());
    },
  ],
];
test.each(misbehaviours)(
  'a server that %s leaves a read unavailable and a change unknown',
  async (_, handler) => {
    const { http } = await open(handler, { deadlineMs: 150 });
    expect(await failureOf(read(http))).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 });
    expect(await failureOf(write(http))).toMatchObject({ code: 'outcome-unknown' });
  },
);

test.each<[string, Handler]>([
  ['truncated JSON', (_, response) => void response.end('{"id":"a"')],
  ['HTML', status(200, { 'content-type': 'text/html' }, '<h1>hello</h1>')],
  ['nothing', status(204)],
  ['other JSON', (_, response) => void response.end('{"name":"hunter2-hunter2"}')],
  ['zeros', (_, response) => void response.end(Buffer.alloc(100))],
])(
  '%s with a yes is misunderstood for a read, and unknown for what may have been done',
  async (_, handler) => {
    const { http, seen } = await open(handler);
    const failure = await failureOf(read(http));
    expect(failure).toMatchObject({ code: 'misunderstood', retryAfterMs: null });
    expect(failure.message).not.toContain('hunter2');
    expect((await failureOf(write(http))).code).toBe('outcome-unknown');
    expect(seen).toHaveLength(2);
  },
);

test.each([true, false])(
  'of fifty megabytes no more than five are read (announced: %s)',
  async (isAnnounced) => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1_024, ' ');
    const { http } = await open(
      (_, response) => {
        if (isAnnounced) response.writeHead(200, { 'content-length': String(50 * 1_024 * 1_024) });
        const more = () => {
          while (sent < 50 * 1_024 * 1_024 && !response.destroyed) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
        };
        more();
      },
      { deadlineMs: 20_000 },
    );
    expect(await failureOf(read(http))).toMatchObject({
      code: 'misunderstood',
      message: expect.stringContaining('more than 5 MB'),
    });
    expect(sent).toBeLessThan(25 * 1_024 * 1_024);
  },
);

test('a server that is not there was certainly not asked to do anything', async () => {
  const { http, port } = await open(ok);
  const { server } = servers.pop()!;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await new Promise<void>((done) => connect(port, '127.0.0.1').on('error', () => done()));
  expect(await failureOf(write(http))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a name that does not exist was certainly not asked either', async () => {
  const { http } = await open(ok, { baseUrl: 'http://nowhere.invalid' });
  const failure = await failureOf(write(http));
  expect(failure.code).toBe('unavailable');
});

test.each([
  ['2', 2_000],
  ['0', 1_000],
  ['86400', 900_000],
  ['-1', 30_000],
  ['soon', 30_000],
  ['', 30_000],
])('429 with Retry-After %j waits %d ms', async (header, ms) => {
  const { http, seen } = await open(status(429, { 'retry-after': header }));
  expect(await failureOf(read(http))).toMatchObject({ code: 'rate-limited', retryAfterMs: ms });
  expect(seen).toHaveLength(1);
});

test('a read is repeated twice while it is unavailable; what changes something is sent once', async () => {
  let left = 2;
  const { http, seen } = await open((request, response) => {
    left -= 1;
    if (left >= 0) return status(503)(request, response);
    ok(request, response);
  });
  expect(await read(http)).toEqual({ id: 'a' });
  expect(seen).toHaveLength(3);

  const other = await open(status(503));
  await failureOf(write(other.http));
  expect(other.seen).toHaveLength(1);
  await failureOf(read(other.http));
  expect(other.seen).toHaveLength(4);
});

test('retries stop at the deadline of the call', async () => {
  const { http, seen } = await open(status(503), { deadlineMs: 100 });
  await failureOf(read(http));
  expect(seen).toHaveLength(1);
});

test('many reads in trouble are not repeated three times each', async () => {
  let count = 0;
  // An answer in between keeps the circuit closed, so that only the budget is seen.
  const { http, seen } = await open((request, response) => {
    count += 1;
    if (request.url?.includes('fine')) return ok(request, response);
    status(503)(request, response);
  });
  for (let time = 0; time < 30; time++) {
    await failureOf(read(http));
    await http.get('/fine', Answer);
  }
  expect(count).toBe(seen.length);
  const repeats = seen.length - 60;
  expect(repeats).toBeGreaterThanOrEqual(10);
  expect(repeats).toBeLessThanOrEqual(16);
});

test('a server that keeps failing is left alone, then asked once, then used again', async () => {
  let isWell = false;
  const { http, seen, clock } = await open((request, response) =>
    (isWell ? ok : status(500))(request, response),
  );
  for (let time = 0; time < 5; time++) await failureOf(write(http));
  const before = seen.length;
  expect(await failureOf(write(http))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('was not sent'),
    retryAfterMs: 12_500,
  });
  expect(seen).toHaveLength(before);

  clock.now += 12_500;
  isWell = true;
  const answers = await Promise.allSettled([write(http), write(http), write(http)]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await write(http)).toEqual({ id: 'a' });
});

test('who we are is read again once when it was turned away', async () => {
  const asked: boolean[] = [];
  const { http, seen } = await open(
    (request, response) => (request.headers['authorization'] === 'new' ? ok : status(401))(request, response),
    { authorize: async (isAgain) => ({ authorization: asked.push(isAgain) > 1 ? 'new' : 'old' }) },
  );
  expect(await write(http)).toEqual({ id: 'a' });
  expect(asked).toEqual([false, true]);
  expect(seen).toHaveLength(2);

  const same = await open(status(401), { authorize: async () => ({ authorization: 'same' }) });
  expect((await failureOf(write(same.http))).code).toBe('unauthorized');
  expect(same.seen).toHaveLength(1);
});

test('what a server says is passed on in one short line, without secrets and without what turns text around', async () => {
  const said = `no\r\n\u001b[31m good \u202e because hunter2-hunter2 ${'x'.repeat(1_000)}`;
  const { http } = await open(status(400, {}, said));
  const { message } = await failureOf(http.post('/things', {}, Answer, { token: 'hunter2-hunter2' }));
  expect(message).toMatch(
    /^POST 127\.0\.0\.1:\d+\/v1\/things answered 400: no \[31m good because \[redacted\] x+…$/,
  );
  expect(message.length).toBeLessThan(280);
});

test('values in a path cannot change its shape', async () => {
  const { http, seen } = await open(ok);
  await http.get(path`/services/${'a/b?c#d'}/deploys/${'ü %2f'}`, Answer);
  expect(seen).toEqual(['GET /v1/services/a%2Fb%3Fc%23d/deploys/%C3%BC%20%252f']);
  for (const value of ['', '.', '..']) expect(() => path`/services/${value}/x`).toThrow('a value in a path');
});

test.each(['//evil.example/x', '/../../admin', 'http://evil.example/', 'things'])(
  'the path %j does not leave its host',
  async (wrong) => {
    const { http, seen } = await open(ok);
    await expect(http.get(wrong, Answer)).rejects.toThrow('a path leads out of its host');
    expect(seen).toEqual([]);
  },
);

test('one of several processes asks no more than its part of what a server allows', async () => {
  const clock = { nowMs: () => 1_000_000, sleep: async () => undefined };
  const fetch = async () => new Response('{}', { headers: { 'content-type': 'application/json' } });
  const door = openDoor({ fetch, clock, random: () => 0.5, redact: (text) => text, processes: 2 });
  const http = door({ baseUrl: 'http://127.0.0.1', deadlineMs: 1_000, limit: { perMinute: 4, reserved: 0 } });
  for (let call = 0; call < 2; call += 1) await http.get('/', z.object({}));
  const failure = await http.get('/', z.object({})).catch((error: Failed) => error.failure);
  expect(failure).toMatchObject({ code: 'rate-limited' });
});
