import { expect, test } from 'vitest';
import type { Host } from '../http/door.ts';
import type { Around } from './metric.ts';
import { openServer, ServerSettings } from './server.ts';

function hostOf(settings: object): Host {
  let opened: Host | null = null;
  const around = {
    door: (host: Host) => {
      opened = host;
      return {};
    },
    secret: async (reference: string, how?: 'again') => ({ open: () => `${how ?? 'first'} ${reference}` }),
  } as unknown as Around;
  openServer(ServerSettings.parse(settings), around);
  if (opened === null) throw new Error('no door was opened');
  return opened;
}

const url = 'https://prometheus.example.com/prom/';

test('a server is shown who we are, looked up afresh when it turned us away', async () => {
  const bearer = hostOf({ url, auth: { bearer: 'env:TOKEN' }, tenant: 'shop' });
  expect(bearer.baseUrl).toBe('https://prometheus.example.com/prom');
  expect(await bearer.authorize?.(false)).toEqual({
    authorization: 'Bearer first env:TOKEN',
    'x-scope-orgid': 'shop',
  });
  expect(await bearer.authorize?.(true)).toMatchObject({ authorization: 'Bearer again env:TOKEN' });
  const basic = hostOf({ url, auth: { user: 'me', password: 'env:PASSWORD' } });
  const pair = Buffer.from('me:first env:PASSWORD').toString('base64');
  expect(await basic.authorize?.(false)).toEqual({ authorization: `Basic ${pair}` });
  expect(await hostOf({ url }).authorize?.(false)).toEqual({});
});

test('certificates are looked up when they are needed', async () => {
  const { connect } = hostOf({ url, tls: { ca: 'file:/ca.pem', serverName: 'prom' } });
  expect(typeof connect === 'function' ? await connect() : connect).toEqual({
    ca: 'first file:/ca.pem',
    cert: undefined,
    key: undefined,
    serverName: 'prom',
  });
});

test.each([
  ['a secret in the clear', { url: 'http://prometheus.example.com', auth: { bearer: 'env:TOKEN' } }],
  ['a secret instead of a reference to one', { url, auth: { bearer: 'hunter2hunter2' } }],
  ['a secret in the address', { url: 'https://me:secret@prometheus.example.com' }],
  ['a question in the address', { url: 'https://prometheus.example.com/?x=1' }],
  ['another scheme', { url: 'file:///etc/passwd' }],
  ['a tenant that is two headers', { url, tenant: 'a\r\nb' }],
  ['a setting that there is not', { url, token: 'env:TOKEN' }],
])('%s is refused', (_, settings) => {
  expect(ServerSettings.safeParse(settings).success).toBe(false);
});

test('without a secret, and on this machine, plain HTTP is good enough', () => {
  expect(ServerSettings.safeParse({ url: 'http://prometheus:9090' }).success).toBe(true);
  const auth = { bearer: 'env:TOKEN' };
  expect(ServerSettings.safeParse({ url: 'http://127.0.0.1:9090', auth }).success).toBe(true);
  expect(ServerSettings.safeParse({ url: 'http://127.0.0.1.example.com', auth }).success).toBe(false);
});
