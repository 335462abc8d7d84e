import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { answerOnce } from './answer-once.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const get = (url: string, deadlineMs = 5_000) => answerOnce({ url, method: 'GET', deadlineMs });

test('an answer has its status, its headers and what it says', async () => {
  const url = await serve((_, response) =>
    response.writeHead(418, { 'X-Version': 'v2' }).end('short and stout'),
  );
  const answer = await get(url);
  expect(answer).toMatchObject({ status: 418, text: 'short and stout' });
  expect([answer?.header('x-version'), answer?.header('x-other')]).toEqual(['v2', null]);
});

test('a redirect is an answer, and nobody follows it', async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url);
    response.writeHead(302, { location: '/other' }).end();
  });
  expect((await get(url))?.status).toBe(302);
  expect(asked).toEqual(['/']);
});

test('a lost connection is no answer, and is not tried again', async () => {
  let times = 0;
  const url = await serve((request) => {
    times += 1;
    request.socket.destroy();
  });
  expect(await get(url)).toBeNull();
  expect(times).toBe(1);
});

test('one that does not come in time, or not whole, is none', async () => {
  const slow = await serve((_, response) => void response.writeHead(200).write('begins'));
  expect(await get(slow, 200)).toBeNull();
  const cut = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('begins');
    setTimeout(() => response.destroy(), 20);
  });
  expect(await get(cut)).toBeNull();
});

test('more than we read is an answer without words', async () => {
  const url = await serve((_, response) => response.end('x'.repeat(2_000_000)));
  expect(await get(url)).toMatchObject({ status: 200, text: null });
});
