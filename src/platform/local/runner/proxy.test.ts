import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  request,
  type Server,
} from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { listen, openProxy, portOf, type ReverseProxy, type Split } from './proxy.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function service(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await listen(server, 0);
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return server;
}

async function proxy() {
  const seen: { release: string; status: number | null }[] = [];
  let unrouted = 0;
  let isTelling = true;
  const watcher = {
    answered: (arm: { release: string }, status: number | null) =>
      seen.push({ release: arm.release, status }),
    unrouted: () => {
      unrouted += 1;
    },
    isTelling: () => isTelling,
  };
  const opened = await openProxy(0, watcher, () => performance.now());
  closing.push(opened.close);
  const tell = (isIt: boolean) => {
    isTelling = isIt;
  };
  return { proxy: opened, seen, unrouted: () => unrouted, tell };
}

function split(...arms: readonly (readonly [string, Server | number | null, number])[]): Split {
  return arms.map(([release, to, trafficPercent]) => ({
    upstream: {
      arm: { service: 'api', environment: 'staging', version: `v-${release}`, release },
      port: () => (to === null || typeof to === 'number' ? to : portOf(to)),
    },
    trafficPercent,
  }));
}

async function ask(to: ReverseProxy, options: RequestOptions = {}, body: string | null = null) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: to.port, agent: false, ...options }, resolve);
    asking.on('error', reject);
    asking.end(body);
  });
  const pieces = await answer.toArray();
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces).toString() };
}

const says =
  (word: string): RequestListener =>
  (_, answer) =>
    answer.end(word);

test('a kept connection is balanced request by request and follows a new split at once', async () => {
  const { proxy: door } = await proxy();
  const [old, fresh] = [await service(says('old')), await service(says('new'))];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closing.push(async () => agent.destroy());
  const bodies = async (requests: number) => {
    const answers: string[] = [];
    for (let index = 0; index < requests; index++) answers.push((await ask(door, { agent })).body);
    return answers.filter((word) => word === 'new').length;
  };
  door.split(split(['a', old, 75], ['b', fresh, 25]));
  expect(await bodies(40)).toBe(10);
  door.split(split(['a', old, 0], ['b', fresh, 100]));
  expect(await bodies(3)).toBe(3);
});

test('an answer says who gave it, and a service cannot say otherwise', async () => {
  const { proxy: door } = await proxy();
  const liar = await service((_, answer) => {
    answer.writeHead(201, { 'x-slipway-release': 'somebody-else', 'set-cookie': ['a=1', 'b=2'] });
    answer.end('made');
  });
  door.split(split(['a', liar, 100]));
  const { status, headers, body } = await ask(door);
  expect({ status, body }).toEqual({ status: 201, body: 'made' });
  expect(headers['x-slipway-release']).toBe('a');
  expect(headers['x-slipway-version']).toBe('v-a');
  expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
});

test('bodies stream in both directions, piece by piece', async () => {
  const { proxy: door } = await proxy();
  const echo = await service((incoming, answer) => incoming.pipe(answer));
  door.split(split(['a', echo, 100]));
  const asking = request({ host: '127.0.0.1', port: door.port, method: 'POST', agent: false });
  asking.write('one');
  const answer = await new Promise<IncomingMessage>((resolve) => asking.on('response', resolve));
  const pieces = answer[Symbol.asyncIterator]();
  expect(String((await pieces.next()).value)).toBe('one');
  asking.write('two');
  expect(String((await pieces.next()).value)).toBe('two');
  asking.end();
  expect((await pieces.next()).done).toBe(true);
});

test('a body of unknown length with a method that has none stays inside its request', async () => {
  const { proxy: door } = await proxy();
  const echo = await service((incoming, answer) => incoming.pipe(answer));
  door.split(split(['a', echo, 100]));
  const headers = { 'transfer-encoding': 'chunked' };
  expect((await ask(door, { method: 'DELETE', headers }, 'GET /admin HTTP/1.1')).body).toBe(
    'GET /admin HTTP/1.1',
  );
});

test('a release that cannot be reached is 502 and an error of that release', async () => {
  const { proxy: door, seen } = await proxy();
  const ended = await service(says('x'));
  const port = portOf(ended);
  await new Promise((resolve) => ended.close(resolve));
  door.split(split(['a', port, 100]));
  const { status, body } = await ask(door, { method: 'POST' }, 'some body');
  expect(status).toBe(502);
  expect(body).toContain('release a broke off');
  expect(seen).toEqual([{ release: 'a', status: null }]);
});

test('a release that has ended is 502 without asking whoever has its port now', async () => {
  const { proxy: door, seen } = await proxy();
  door.split(split(['a', null, 100]));
  const { status, body } = await ask(door);
  expect(status).toBe(502);
  expect(body).toContain('release a has ended');
  expect(seen).toEqual([{ release: 'a', status: null }]);
});

test('an answer that breaks off in the middle breaks off for the client too, and counts', async () => {
  const { proxy: door, seen } = await proxy();
  const breaking = await service((_, answer) => {
    answer.writeHead(200, { 'content-length': '100' });
    answer.write('half');
    setTimeout(() => answer.destroy(), 20);
  });
  door.split(split(['a', breaking, 100]));
  await expect(ask(door)).rejects.toThrow();
  expect(seen).toEqual([{ release: 'a', status: null }]);
});

test('a client that goes away is nobody\u2019s error, and the release hears of it', async () => {
  const { proxy: door, seen } = await proxy();
  let isClosed = false;
  const slow = await service((_, answer) => {
    answer.on('close', () => {
      isClosed = true;
    });
  });
  door.split(split(['a', slow, 100]));
  const socket = connect(door.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await sleep(100);
  socket.destroy();
  await expect.poll(() => isClosed).toBe(true);
  expect(seen).toEqual([]);
});

test('nobody is told of requests that came or ended while what becomes of them says nothing', async () => {
  const { proxy: door, seen, tell } = await proxy();
  const under: IncomingMessage[] = [];
  const slow = await service((incoming, answer) => {
    if (incoming.url === '/slow') under.push(incoming);
    else answer.end('well');
  });
  door.split(split(['a', slow, 50], ['gone', null, 50]));
  const cutOff = ask(door, { path: '/slow' }).catch(() => null);
  await expect.poll(() => under.length).toBe(1);
  tell(false);
  under[0]?.destroy();
  await cutOff;
  expect((await ask(door)).status).toBe(502);
  expect((await ask(door)).status).toBe(200);
  expect(seen).toEqual([]);
  tell(true);
  expect((await ask(door)).status).toBe(502);
  expect(seen).toEqual([{ release: 'gone', status: null }]);
});

test('without a release that has traffic everything is 503 and nobody\u2019s', async () => {
  const { proxy: door, seen, unrouted } = await proxy();
  expect((await ask(door)).status).toBe(503);
  door.split(split(['a', await service(says('x')), 0]));
  expect((await ask(door)).status).toBe(503);
  expect(seen).toEqual([]);
  expect(unrouted()).toBe(2);
});

test('draining waits for the requests that are under way, but not for ever', async () => {
  const { proxy: door } = await proxy();
  const finish: (() => void)[] = [];
  const slow = await service((_, answer) => {
    finish.push(() => answer.end('late'));
  });
  door.split(split(['a', slow, 100]));
  const asked = ask(door);
  await expect.poll(() => finish.length).toBe(1);

  const isDrained = async (atMostMs: number) => {
    const started = performance.now();
    await door.drained('a', atMostMs);
    return performance.now() - started < atMostMs - 1;
  };
  expect(await isDrained(50)).toBe(false);
  const draining = isDrained(20_000);
  finish[0]?.();
  expect(await draining).toBe(true);
  expect((await asked).body).toBe('late');
  expect(await isDrained(20_000)).toBe(true);
});

test('a port that is taken is replaced by a free one', async () => {
  const { proxy: first } = await proxy();
  const second = await openProxy(
    first.port,
    { answered: () => undefined, unrouted: () => undefined, isTelling: () => true },
    () => 0,
  );
  closing.push(second.close);
  expect(second.port).not.toBe(first.port);
});
