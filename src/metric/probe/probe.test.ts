import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Around, Asked, Cursor } from '../metric.ts';
import { countedOf } from './count.ts';
import { probe } from './index.ts';

type Reply = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly isSilent?: true;
};

let server: Server;
let url: string;
let asked: string[];
let reply: (count: number) => Reply;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const { status = 200, headers = {}, isSilent } = reply(asked.length);
    if (isSilent !== true) response.writeHead(status, headers).end('a body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const version = (name: string) => ({ releaseId: name, version: { name, commit: null }, trafficPercent: 50 });
const from = (name: string, status = 200): Reply => ({ status, headers: { 'x-slipway-version': name } });

let nowMs = 1_000_000;
const around = { clock: { nowMs: () => nowMs } } as Around;

async function read(query: object, cursor: Cursor = null, settings: object = {}) {
  const source = probe.open('outside', { allow: [`${url}/shop`], ...settings }, around);
  const both = { canary: version('v2'), stable: version('v1') };
  const readings = await source.read?.(
    { query: { url: `${url}/shop/health`, ...query }, ...both, nowMs } as Asked,
    cursor,
  );
  if (readings === undefined) throw new Error('it cannot be read');
  return readings;
}

test('each answer counts for the version that says it is its own', async () => {
  reply = (count) => (count % 4 === 0 ? from('v2', 503) : from('v1'));
  const { stretches, gaps } = await read({ requests: 20 });
  expect(gaps).toEqual([]);
  expect(stretches[0]?.canary).toMatchObject({ requests: 5, errors: 5 });
  expect(stretches[0]?.stable).toMatchObject({ requests: 15, errors: 0 });
  expect(asked).toEqual(Array.from({ length: 20 }, () => '/shop/health'));
});

test('an answer that does not say whose it is belongs to nobody, and so does none', async () => {
  const replies: Reply[] = [
    { status: 502 },
    { status: 200 },
    from('v3'),
    { headers: { 'x-slipway-version': 'v2', age: '7' } },
    { isSilent: true },
    from('v2'),
  ];
  reply = (count) => replies[count - 1] ?? {};
  const { stretches, gaps } = await read({ requests: 6 }, null, { timeout: '1s' });
  expect(stretches[0]?.canary).toMatchObject({ requests: 1, errors: 0 });
  expect(gaps).toEqual([
    '1 of 6 requests got no answer in time',
    '2 of 6 requests got an answer that does not say which version it is from',
    '1 of 6 requests were answered from the memory of something in between',
    '1 of 6 requests got an answer of another version',
  ]);
});

test('an error of whoever stands before the only version there is is its own', () => {
  const took = { isCached: false, tookMs: 5 };
  const answers = [
    { ...took, status: 200, said: 'v2' },
    { ...took, status: 502, said: null },
    { ...took, status: 200, said: null },
    null,
  ];
  const labels = { canary: 'v2', stable: null };
  const { canary, gaps } = countedOf(answers, labels, 500, true);
  expect(canary).toMatchObject({ requests: 2, errors: 1 });
  expect(gaps).toHaveLength(2);
  expect(countedOf(answers, labels, 500).canary).toMatchObject({ requests: 1, errors: 0 });
});

test('where nobody says who answers there is no stretch at all', async () => {
  reply = () => ({ status: 200 });
  expect(await read({ requests: 3 })).toMatchObject({
    stretches: [],
    gaps: [expect.stringContaining('3 of 3')],
  });
});

test('a redirect is an answer and is not followed', async () => {
  reply = () => ({ status: 302, headers: { location: '/elsewhere', 'x-slipway-version': 'v2' } });
  const { stretches } = await read({ requests: 2, errorsFrom: 300 });
  expect(stretches[0]?.canary).toMatchObject({ requests: 2, errors: 2 });
  expect(new Set(asked)).toEqual(new Set(['/shop/health']));
});

test('there is no second round before its time', async () => {
  reply = () => from('v2');
  const first = await read({ requests: 2 });
  const soon = await read({ requests: 2 }, first.cursor);
  expect(soon).toEqual({ cursor: first.cursor, stretches: [], gaps: [] });
  expect(asked).toHaveLength(2);
  nowMs += 5_001;
  expect((await read({ requests: 2 }, first.cursor)).stretches).toHaveLength(1);
});

test.each(['/shop-of-others', '/', '/shop/../admin', '//evil.example/shop'])(
  'nobody is asked at %s, which is not below what is allowed',
  async (path) => {
    reply = () => from('v2');
    const at = path.startsWith('//') ? `http:${path}` : `${url}${path}`;
    await expect(read({ url: at })).rejects.toMatchObject({ failure: { code: 'rejected' } });
    expect(asked).toEqual([]);
  },
);

test('a time is counted where its limit is, and what took longer than all of them last', () => {
  const took = (tookMs: number) => ({ status: 200, said: 'v2', isCached: false, tookMs });
  const { canary } = countedOf([took(5), took(5.1), took(60_000)], { canary: 'v2', stable: 'v1' }, 500);
  expect(canary.latency).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});
