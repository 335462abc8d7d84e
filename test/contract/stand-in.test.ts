import { afterEach, describe, expect, test } from 'vitest';
import { descriptionOf } from '../support/stand-in/description.ts';
import {
  type Answer,
  type Description,
  type Fault,
  openStandIn,
  type StandIn,
  type StandInOptions,
} from '../support/stand-in/index.ts';
import { busiestMinute as mostInAMinute } from '../support/stand-in/talk.ts';

const text = { schema: { type: 'string' } };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const Thing = { $ref: '#/components/schemas/Thing' };

/** A platform of things, with what real descriptions make difficult. */
const things: Description = {
  openapi: '3.0.3',
  components: {
    schemas: {
      Thing: {
        type: 'object',
        required: ['id', 'status'],
        properties: {
          id: { type: 'string', readOnly: true },
          status: { type: 'string', enum: ['up', 'down'] },
          note: { nullable: true, type: 'string', format: 'of-nobody' },
          size: { type: 'integer', minimum: 0, exclusiveMinimum: true },
        },
      },
    },
  },
  paths: {
    '/things': {
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } },
          { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: { 200: json({ type: 'array', items: Thing }) },
      },
      post: {
        requestBody: { required: true, ...json(Thing) },
        responses: { 201: json(Thing), 202: { description: 'taken' } },
      },
    },
    '/things/latest': { get: { responses: { 200: json(Thing) } } },
    '/things/{thingId}': {
      parameters: [{ name: 'thingId', in: 'path', required: true, ...text }],
      // A reference into the paths, as Render has them.
      get: { responses: { 200: { $ref: '#/paths/~1things~1latest/get/responses/200' } } },
      delete: { responses: { 204: { description: 'gone' } } },
    },
  },
};

const open: StandIn[] = [];
afterEach(async () => {
  // What a test breaks on purpose it has seen itself.
  for (const standIn of open.splice(0)) await standIn.close().catch(() => undefined);
});

const up = { id: 't-1', status: 'up' };
async function standIn(options: Partial<StandInOptions> = {}): Promise<StandIn> {
  const opened = await openStandIn({
    spec: things,
    basePath: '/v1',
    handle: () => ({ status: 200, json: up }),
    ...options,
  });
  open.push(opened);
  return opened;
}

const post = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('a request that the description has', () => {
  test.each<[string, RequestInit | undefined, object]>([
    ['/things?limit=5&tag=a&tag=b', undefined, [up, { ...up, note: null }]],
    ['/things?tag=a', undefined, []],
    ['/things/latest', undefined, up],
    ['/things/any%2Fthing', undefined, up],
    ['/things', post({ status: 'up', note: null, size: 1 }), { ...up, size: 1 }],
  ])('is let through, and so is its answer: %s', async (path, init, answer) => {
    const status = init === undefined ? 200 : 201;
    const { url, calls } = await standIn({ handle: () => ({ status, json: answer }) });
    const response = await fetch(`${url}${path}`, init);
    expect([response.status, await response.json()]).toEqual([status, answer]);
    expect(calls()).toHaveLength(1);
  });
});

describe('a request that it does not have is turned away, and fails the test', () => {
  test.each<[string, string, RequestInit | undefined]>([
    ['the description has no GET /nothing', '/nothing', undefined],
    ['the description has no DELETE /things', '/things', { method: 'DELETE' }],
    ['the query has colour, which is not described', '/things?colour=red', undefined],
    ["the query's limit: it must be <= 100", '/things?limit=101', undefined],
    ["the query's limit: it must be integer", '/things?limit=many', undefined],
    ['there is no body, and it is required', '/things', { method: 'POST' }],
    ['the body: /status must be equal to one of the allowed values', '/things', post({ status: 'sideways' })],
    ["the body: it must have required property 'status'", '/things', post({})],
    ['the body: /size must be > 0', '/things', post({ status: 'up', size: 0 })],
    ['the body: it must NOT have unevaluated properties (colour)', '/things', post({ ...up, colour: 1 })],
    ['the body is text/plain;charset=UTF-8', '/things', { method: 'POST', body: 'status=up' }],
    ['there is a body, and none is described', '/things/t-1', { method: 'DELETE', body: 'x' }],
  ])('%s', async (because, path, init) => {
    const { url, calls, close } = await standIn({ handle: () => expect.unreachable() });
    const response = await fetch(`${url}${path}`, init);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain(because);
    expect(() => calls()).toThrow(because);
    await expect(close()).rejects.toThrow(because);
  });
});

describe('an answer that the description does not have fails the test', () => {
  test.each<[string, string, Answer]>([
    ['the answer is 302, which is not described', '/things', { status: 302 }],
    ['the answer 200: it must be array', '/things', { status: 200, json: up }],
    ['/0/status must be equal to one of', '/things', { status: 200, json: [{ ...up, status: 'sideways' }] }],
    ["/0 must have required property 'id'", '/things', { status: 200, json: [{ status: 'up' }] }],
    ['the answer 200 has no body', '/things/latest', { status: 200 }],
  ])('%s', async (because, path, answer) => {
    const { url, close } = await standIn({ handle: () => answer });
    expect((await fetch(`${url}${path}`)).status).toBe(500);
    await expect(close()).rejects.toThrow(because);
  });

  test('one with a body where none is described', async () => {
    const { url, close } = await standIn({ handle: () => ({ status: 202, json: up }) });
    expect((await fetch(`${url}/things`, post({ status: 'up' }))).status).toBe(500);
    await expect(close()).rejects.toThrow('the answer 202 has a body, and none is described');
  });

  test('a refusal that is not described is let pass', async () => {
    const { url, calls } = await standIn({ handle: () => ({ status: 404, json: { message: 'no' } }) });
    expect((await fetch(`${url}/things`)).status).toBe(404);
    expect(calls()).toHaveLength(1);
  });

  test('and so does a handler that throws', async () => {
    const { url, close } = await standIn({
      handle: () => {
        throw new Error('no such thing');
      },
    });
    expect((await fetch(`${url}/things`)).status).toBe(500);
    await expect(close()).rejects.toThrow('the stand-in itself broke: Error: no such thing');
  });
});

test('what is beyond the description is not judged, and nothing else goes with it', async () => {
  const beyondSpec = [{ method: 'POST', path: /^\/things\/[^/]+\/restart$/, because: 'newer than it' }];
  const { url, calls } = await standIn({ beyondSpec, handle: () => ({ status: 299, json: 1 }) });
  expect((await fetch(`${url}/things/t-1/restart?now`, post({ any: 'thing' }))).status).toBe(299);
  expect(calls()).toHaveLength(1);
  expect((await fetch(`${url}/things/t-1/restart`)).status).toBe(500);
  expect(() => calls()).toThrow('the description has no GET /things/t-1/restart');
});

test('what is not below the base path fails the test', async () => {
  const { url, close } = await standIn();
  expect((await fetch(url.replace('/v1', '/v2/things'))).status).toBe(500);
  await expect(close()).rejects.toThrow('GET /v2/things is not below /v1');
});

test('a call keeps what was sent: path, query, headers, body', async () => {
  const { url, calls } = await standIn({ spec: null, handle: () => ({ status: 200, text: 'yes' }) });
  const response = await fetch(`${url}/a%2Fb?x=1&x=2`, post({ a: ['ä'] }));
  expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', 'yes']);
  const [call] = calls();
  expect(call).toMatchObject({
    method: 'POST',
    path: '/a%2Fb',
    type: 'application/json',
    body: { a: ['ä'] },
  });
  expect(call?.query.getAll('x')).toEqual(['1', '2']);
  expect(calls({ method: ['GET', 'PUT'] })).toEqual([]);
  expect(calls({ path: /b$/ })).toHaveLength(1);
});

describe('on demand', () => {
  /** How often the handler ran, and what came of one request. */
  async function goneWrong(fault: Fault) {
    let handled = 0;
    const { url, failNext, calls } = await standIn({
      handle: () => {
        handled += 1;
        return { status: 200, json: up };
      },
    });
    failNext(fault, { path: /latest/ });
    const outcome = await fetch(`${url}/things/latest`, {
      signal: AbortSignal.timeout(fault === 'hang' ? 300 : 60_000),
    }).then(
      async (response) => ({
        status: response.status,
        wait: response.headers.get('retry-after'),
        text: await response.text().catch(() => 'broken off'),
      }),
      (error: Error) => error.name,
    );
    const carriedOut = handled;
    expect((await fetch(`${url}/things/latest`)).status).toBe(200);
    expect(calls()).toHaveLength(2);
    return { outcome, carriedOut };
  }

  test.each<[Fault, number, unknown]>([
    ['lose-answer', 1, 'TypeError'],
    ['lose-call', 0, 'TypeError'],
    ['hang', 0, 'TimeoutError'],
    ['truncate', 1, { status: 200, text: 'broken off' }],
    ['nonsense', 1, { status: 200, text: expect.stringContaining('<h1>') }],
    [429, 0, { status: 429, wait: '1' }],
    [500, 0, { status: 500, wait: null }],
    [503, 0, { status: 503, wait: null }],
    [{ status: 502, isCarriedOut: true, retryAfter: '7' }, 1, { status: 502, wait: '7' }],
    [{ status: 409, json: { a: 1 } }, 0, { status: 409, text: '{"a":1}' }],
    [{ mutate: () => ({ status: 'sideways' }) }, 1, { status: 200, text: '{"status":"sideways"}' }],
  ])('%j happens once, to the call that is meant', async (fault, carriedOut, outcome) => {
    const seen = await goneWrong(fault);
    expect(seen.carriedOut).toBe(carriedOut);
    if (typeof outcome === 'string') expect(seen.outcome).toBe(outcome);
    else expect(seen.outcome).toMatchObject(outcome as object);
  });

  test('a fault waits for the call that it is meant for', async () => {
    const { url, failNext } = await standIn();
    failNext(503, { path: '/things/latest' });
    expect((await fetch(`${url}/things/t-1`)).status).toBe(200);
    expect((await fetch(`${url}/things/latest`)).status).toBe(503);
  });
});

test('it turns away what comes too often in any minute, and counts it all the same', async () => {
  const clock = { now: 0 };
  const { url, busiestMinute } = await standIn({ perMinute: 2, nowMs: () => clock.now });
  const ask = async () => (await fetch(`${url}/things/latest`)).status;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
  expect(busiestMinute()).toBe(3);
  clock.now = 59_999;
  expect(await ask()).toBe(429);
  clock.now = 120_000;
  expect(await ask()).toBe(200);
  expect(busiestMinute()).toBe(4);
});

test('the busiest minute is found wherever it lies', () => {
  const at = (...times: number[]) => times.map((atMs) => ({ atMs }));
  expect(mostInAMinute([])).toBe(0);
  expect(mostInAMinute(at(0, 60_000, 120_000))).toBe(1);
  expect(mostInAMinute(at(0, 50_000, 59_999, 70_000, 109_999))).toBe(4);
});

describe('the official descriptions', () => {
  const asked: [string, string, string, string, object, string][] = [
    ['render.json', '/v1', 'POST', '/services/srv-1/deploys', { clearCache: 'perhaps' }, 'clearCache'],
    ['supabase.json', '', 'POST', '/v1/projects/abcdefghijklmnopqrst/branches', {}, 'branch_name'],
    ['github-rest.json', '', 'POST', '/repos/o/r/deployments', { ref: 1 }, 'ref'],
    [
      'kubernetes-v1.35-swagger2.json',
      '',
      'PUT',
      '/apis/apps/v1/namespaces/n/deployments/d',
      { kind: 1 },
      'kind',
    ],
  ];
  test.for(asked)('%s says no to what is wrong', async (words, { skip }) => {
    const [spec, basePath, method, path, body, what] = words;
    skip(descriptionOf(spec) === null, 'it is not on this machine');
    const { url } = await standIn({ spec, basePath });
    const response = await fetch(`${url}${path}`, { ...post(body), method });
    expect(await response.text()).toContain(what);
    expect(response.status).toBe(500);
  });
});
