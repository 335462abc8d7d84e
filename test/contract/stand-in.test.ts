import { afterEach, describe, expect, test } from 'vitest';
import {
  type Description,
  openStandIn,
  type StandIn,
  type StandInOptions,
} from '../support/stand-in/index.ts';

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
  test.each<[string, string, Awaited<ReturnType<StandInOptions['handle']>>]>(
    [
      ['is 418', '/things', { status: 302 }],
      ['must be array', '/things', { status: 200, json: up }],
      ['/0/status must be equal', '/things', { status: 200, json: [{ ...up, status: 'sideways' }] }],
      ['/0 must have required property', '/things', { status: 200, json: [{ status: 'up' }] }],
      ['the answer 200 has no body', '/things/latest', { status: 200 }],
    ].map(
      ([because, path, answer]) =>
        [because === 'is 418' ? 'the answer is 302' : because, path, answer] as never,
    ),
  )('%s', async (because, path, answer) => {
    const { url, close } = await standIn({ handle: () => answer });
    expect((await fetch(`${url}${path}`)).status).toBe(500);
    await expect(close()).rejects.toThrow(because);
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
