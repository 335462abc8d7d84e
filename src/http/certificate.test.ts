import type { AddressInfo } from 'node:net';
import { createServer as createPlain } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { shown } from '../../test/support/shown-certificates.ts';
import { certificateOf } from './certificate.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => socket.on('error', () => undefined).end());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

const asked = (port: number, host = 'api.internal') => ({ host, port, at: '127.0.0.1', ca: shown.authority });

test('a good certificate is trusted, for its name, and ends when it ends', async () => {
  expect(await certificateOf(asked(await serve(shown.good)))).toEqual({
    distrust: null,
    isForName: true,
    validFromMs: Date.UTC(2020, 0, 1),
    validUntilMs: Date.UTC(2126, 0, 1),
  });
});

test('an address is asked for as one', async () => {
  const port = await serve(shown.good);
  expect(await certificateOf(asked(port, '127.0.0.1'))).toMatchObject({ distrust: null, isForName: true });
});

test('a certificate of another name is told, and is not called distrust', async () => {
  const port = await serve(shown.good);
  expect(await certificateOf(asked(port, 'other.internal'))).toMatchObject({
    distrust: null,
    isForName: false,
  });
});

test('one that nobody here trusts is seen all the same, and called that', async () => {
  const port = await serve(shown.good);
  const { ca, ...untrusting } = asked(port);
  expect(ca).not.toBe('');
  expect(await certificateOf(untrusting)).toMatchObject({
    distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    isForName: true,
  });
});

test('an ended one is told with its end', async () => {
  expect(await certificateOf(asked(await serve(shown.ended)))).toMatchObject({
    distrust: 'CERT_HAS_EXPIRED',
    validUntilMs: Date.UTC(2021, 0, 1),
  });
});

test('it ends with the first of those that it rests upon', async () => {
  expect(await certificateOf(asked(await serve(shown.resting)))).toMatchObject({
    distrust: null,
    validUntilMs: Date.UTC(2099, 0, 1),
  });
});

test('who speaks no TLS, and who is not there, gives no answer', async () => {
  const plain = createPlain((socket) =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('hello\n'),
  );
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as AddressInfo;
  expect(await certificateOf(asked(port))).toBeNull();
  await new Promise((resolve) => plain.close(resolve));
  expect(await certificateOf(asked(port))).toBeNull();
});
