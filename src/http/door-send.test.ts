import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { certificates } from '../../test/support/stand-in/certificates.ts';
import { openStandIn, type StandIn, type StandInOptions } from '../../test/support/stand-in/index.ts';
import { Failed, type Failure } from '../core/failure.ts';
import { type Ask, type Host, type Http, openDoor } from './door.ts';

const opened: StandIn[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

/** A server that is not held against anything, and a door to it whose clock stands still unless somebody waits. */
async function open(
  handle: StandInOptions['handle'],
  host: Partial<Host> = {},
  more: Partial<StandInOptions> = {},
) {
  const clock = {
    now: 1_000_000,
    waited: [] as number[],
    nowMs: () => clock.now,
    async sleep(ms: number) {
      clock.waited.push(ms);
      clock.now += ms;
    },
  };
  const server = await openStandIn({ spec: null, basePath: '/v1', handle, nowMs: clock.nowMs, ...more });
  opened.push(server);
  const door = openDoor({ fetch, clock, random: () => 0.5, redact: (text) => text });
  return { http: door({ baseUrl: server.url, ...host }), server, clock, door };
}

const Answer = z.object({ id: z.string() });
const ask = { method: 'POST', path: '/things', Answer } as const satisfies Ask<{ id: string }>;
const ok = () => ({ status: 200, json: { id: 'a' } });

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

describe('what is sent', () => {
  test('JSON, with headers, and what says who we are last', async () => {
    const { http, server } = await open(ok, { authorize: async () => ({ Authorization: 'us' }) });
    const headers = { 'X-Reason': 'test', authorization: 'somebody else', Accept: 'application/vnd.x+json' };
    await http.send({ ...ask, query: { tag: ['a', 'b'] }, headers, body: { json: { a: 'ä' } } });
    const [call] = server.calls();
    expect(call).toMatchObject({
      method: 'POST',
      type: 'application/json',
      body: { a: 'ä' },
      headers: { 'x-reason': 'test', authorization: 'us', accept: 'application/vnd.x+json' },
    });
    expect(call?.query.getAll('tag')).toEqual(['a', 'b']);
  });

  test('text of any type, bytes as they are', async () => {
    const { http, server } = await open(ok);
    const type = 'application/strategic-merge-patch+json';
    await http.send({ ...ask, method: 'PATCH', body: { type, text: '{"a":1}' } });
    await http.send({ ...ask, body: { type: 'application/x-tar', text: new Uint8Array([0, 255, 128]) } });
    const [patch, bytes] = server.calls();
    expect(patch).toMatchObject({ method: 'PATCH', type, body: { a: 1 } });
    expect([...(bytes?.raw ?? [])]).toEqual([0, 255, 128]);
  });

  test('a form with a file in it, over the usual way and over a socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-door-'));
    const socketPath = join(folder, 's');
    try {
      const usual = await open(ok);
      const socket = await open(ok, { connect: { socketPath } }, { listen: { socketPath } });
      for (const { http, server } of [usual, socket]) {
        const form = new FormData();
        form.set('metadata', '{"main":"a.js"}');
        form.set('a.js', new Blob(['let ä;'], { type: 'application/javascript+module' }), 'a.js');
        await http.send({ ...ask, body: form });
        const [call] = server.calls();
        const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(call?.type ?? '')?.[1];
        const read = await new Response(new Uint8Array(call?.raw ?? []), {
          headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
        }).formData();
        expect(read.get('metadata')).toBe('{"main":"a.js"}');
        expect(await (read.get('a.js') as Blob).text()).toBe('let ä;');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what comes back', () => {
  test('status, headers in any case, and the value', async () => {
    const { http } = await open(() => ({ status: 201, json: { id: 'a', b: 1 }, headers: { Link: '<x>' } }));
    const { status, header, value } = await http.send(ask);
    expect([status, header('link'), header('Link'), header('nobody'), value]).toEqual([
      201,
      '<x>',
      '<x>',
      null,
      { id: 'a' },
    ]);
  });

  test('text, bytes, or nothing at all', async () => {
    const bytes = Buffer.from([1, 0, 0, 0, 0, 0, 0, 200]);
    const { http } = await open(({ path }) =>
      path === '/none' ? { status: 202 } : { status: 200, text: path === '/text' ? 'a\nb' : bytes },
    );
    const { value: text } = await http.send({ method: 'GET', path: '/text', as: 'text', Answer: z.string() });
    const raw = await http.send({
      method: 'GET',
      path: '/bytes',
      as: 'bytes',
      Answer: z.instanceof(Uint8Array),
    });
    const none = await http.send({ ...ask, path: '/none', as: 'nothing', Answer: z.undefined() });
    expect([text, [...raw.value], none.status, none.value]).toEqual(['a\nb', [...bytes], 202, undefined]);
  });

  test('where nothing is to be read, a yes is a yes, whatever becomes of its body', async () => {
    const { http, server } = await open(ok);
    server.failNext('truncate');
    const { status } = await http.send({ ...ask, as: 'nothing', Answer: z.undefined() });
    expect(status).toBe(200);
  });

  test('a status that is expected is an answer, with a value where it has one', async () => {
    const { http } = await open(({ path }) =>
      path === '/moved'
        ? { status: 302, headers: { location: 'https://elsewhere.example/log' } }
        : { status: 404, json: path === '/full' ? { id: 'x' } : { message: 'no' } },
    );
    const moved = await http.send({ method: 'GET', path: '/moved', Answer, okStatuses: [302] });
    expect([moved.status, moved.header('location'), moved.value]).toEqual([
      302,
      'https://elsewhere.example/log',
      null,
    ]);
    const gone = await http.send({ ...ask, path: '/gone', okStatuses: [404] });
    const full = await http.send({ ...ask, path: '/full', okStatuses: [404] });
    expect([gone.status, gone.value, full.value]).toEqual([404, null, { id: 'x' }]);
    expect((await failureOf(http.send({ ...ask, path: '/gone', okStatuses: [410] }))).code).toBe('not-found');
  });

  test('a POST that changes nothing is repeated, and its lost answer is no answer', async () => {
    const { http, server } = await open(ok);
    server.failNext(503);
    expect((await http.send({ ...ask, isRead: true })).value).toEqual({ id: 'a' });
    expect(server.calls()).toHaveLength(2);
    for (let time = 0; time < 3; time++) server.failNext('lose-answer');
    expect((await failureOf(http.send({ ...ask, isRead: true }))).code).toBe('unavailable');
    server.failNext('lose-answer');
    expect((await failureOf(http.send(ask))).code).toBe('outcome-unknown');
    expect(server.calls()).toHaveLength(6);
  });

  test('nonsense for what may have been done leaves it unknown', async () => {
    const { http, server } = await open(ok);
    server.failNext('nonsense');
    expect((await failureOf(http.send(ask))).code).toBe('outcome-unknown');
    server.failNext('nonsense');
    expect((await failureOf(http.send({ ...ask, isRead: true }))).code).toBe('misunderstood');
  });
});

describe('another way there', () => {
  const tls = {
    ...certificates.server,
    ca: certificates.authority,
    requestCert: true,
    rejectUnauthorized: true,
  };
  const good = { ca: certificates.authority, ...certificates.client, serverName: 'stand-in.internal' };

  test('a socket of this machine, and one that is not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-door-'));
    try {
      const socketPath = join(folder, 's');
      const { http, door } = await open(
        ok,
        { connect: async () => ({ socketPath }) },
        { listen: { socketPath } },
      );
      expect(await http.get('/things', Answer)).toEqual({ id: 'a' });
      const nowhere = door({ baseUrl: 'http://docker', connect: { socketPath: join(folder, 'none') } });
      expect((await failureOf(nowhere.send(ask))).code).toBe('unavailable');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('TLS with an authority, a name and a certificate of our own', async () => {
    const { http, server } = await open(ok, { connect: good }, { listen: { tls } });
    expect(await http.get('/things', Answer)).toEqual({ id: 'a' });
    expect(server.url).toMatch(/^https:/);
  });

  test.each<[string, Partial<typeof good>, string]>([
    [
      'an authority that nobody knows',
      { ...certificates.client, serverName: good.serverName },
      'SELF_SIGNED_CERT_IN_CHAIN',
    ],
    ['another name', { ...good, serverName: 'elsewhere.internal' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('nothing is sent to %s', async (_, connect, because) => {
    const { http, server } = await open(ok, { connect }, { listen: { tls } });
    const failure = await failureOf(http.send(ask));
    expect(failure.code).toBe('unavailable');
    expect(failure.message).toContain(because);
    expect(server.calls()).toEqual([]);
  });

  test('whoever shows no certificate is not answered, and a new one is taken up for the next call', async () => {
    const { serverName, ca } = good;
    const ways = [{ ca, serverName }, good];
    const connect = async () => ways.shift() ?? good;
    const { http, server } = await open(ok, { connect }, { listen: { tls } });
    await failureOf(http.send(ask));
    expect(server.calls()).toEqual([]);
    expect((await http.send(ask)).status).toBe(200);
  });
});

describe('a limit', () => {
  const limit = { perMinute: 3, reserved: 1 };
  const read = (http: Http) => http.get('/things', Answer);

  test('usual calls leave the reserve, urgent ones use it, and what was not sent says when to come again', async () => {
    const { http, server } = await open(ok, { limit });
    await read(http);
    await http.send(ask);
    expect(await failureOf(read(http))).toMatchObject({
      code: 'rate-limited',
      message: expect.stringMatching(/^GET .+ was not sent: we may ask this server again in 60 s$/),
      retryAfterMs: 60_000,
    });
    expect((await failureOf(http.send(ask))).code).toBe('rate-limited');
    expect(await read(http.urgent)).toEqual({ id: 'a' });
    expect((await failureOf(http.urgent.send(ask))).code).toBe('rate-limited');
    expect(http.urgent.urgent).toBe(http.urgent);
    expect(server.calls()).toHaveLength(3);
  });

  test('whoever has the time waits for a turn', async () => {
    const { http, clock, server } = await open(ok, { limit, deadlineMs: 100_000 });
    await read(http);
    clock.now += 10_000;
    await read(http);
    await read(http);
    expect(clock.waited).toEqual([50_000]);
    expect(server.busiestMinute()).toBe(2);
  });

  test('repeats, and calls that were turned away, are counted like all others', async () => {
    const { http, server } = await open(ok, {
      limit: { perMinute: 3, reserved: 0 },
      authorize: async (isAgain) => ({ authorization: isAgain ? 'new' : 'old' }),
    });
    server.failNext(503);
    server.failNext({ status: 401 });
    await read(http);
    expect(server.calls()).toHaveLength(3);
    expect((await failureOf(read(http))).code).toBe('rate-limited');
  });

  test('429 closes the host to usual calls until then, to urgent ones not, and other hosts not at all', async () => {
    const { http, server, clock, door } = await open(ok);
    const other = door({ baseUrl: server.url });
    server.failNext({ status: 429, retryAfter: '30' });
    expect(await failureOf(read(http))).toMatchObject({ code: 'rate-limited', retryAfterMs: 30_000 });
    expect(await failureOf(http.send(ask))).toMatchObject({ code: 'rate-limited', retryAfterMs: 30_000 });
    expect(server.calls()).toHaveLength(1);
    expect(await read(http.urgent)).toEqual({ id: 'a' });
    expect(await read(other)).toEqual({ id: 'a' });
    clock.now += 25_000;
    // Five seconds are worth waiting for.
    expect(await read(http)).toEqual({ id: 'a' });
    expect(clock.waited).toEqual([5_000]);
  });

  test('what a server says is left binds usual calls', async () => {
    const left = ['2', '1', '0'];
    const { http, server } = await open(() => ({
      ...ok(),
      headers: { 'RateLimit-Remaining': left.shift() ?? '9', 'RateLimit-Reset': '40' },
    }));
    await read(http);
    await read(http);
    await read(http);
    expect(await failureOf(read(http))).toMatchObject({ code: 'rate-limited', retryAfterMs: 40_000 });
    expect(await read(http.urgent)).toEqual({ id: 'a' });
    expect(server.calls()).toHaveLength(4);
  });

  test.each<[Record<string, string>, number]>([
    [{ 'retry-after': '17' }, 17_000],
    [{ 'x-ratelimit-remaining': '0' }, 30_000],
  ])('403 with %j is a limit, and without it a refusal', async (headers, retryAfterMs) => {
    const { http } = await open(({ path }) => ({
      status: 403,
      ...(path.endsWith('plain') ? {} : { headers }),
    }));
    expect((await failureOf(http.get('/plain', Answer))).code).toBe('unauthorized');
    expect(await failureOf(read(http))).toMatchObject({ code: 'rate-limited', retryAfterMs });
  });

  test('a token is not lost to a server that is left alone', async () => {
    const { http, server } = await open(ok, { limit: { perMinute: 6, reserved: 0 } });
    for (let time = 0; time < 5; time++) {
      server.failNext(500);
      await failureOf(http.send(ask));
    }
    for (let time = 0; time < 5; time++) {
      expect(await failureOf(http.send(ask))).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('has not been answering'),
      });
    }
    expect(server.calls()).toHaveLength(5);
  });
});
