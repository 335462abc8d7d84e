import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLoop, startTraffic } from './index.ts';

test('however the clock is looked at, the rate comes out even', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat(500), { minLength: 1 }), (rate, pauses) => {
      const loop = openLoop(rate, 1_000);
      let nowMs = 1_000;
      let sent = 0;
      for (const pause of pauses) {
        nowMs += pause;
        sent += loop.due(nowMs);
      }
      expect(Math.abs(sent - ((nowMs - 1_000) * rate) / 1_000)).toBeLessThanOrEqual(1);
    }),
  );
});

test('a long pause is not made up for', () => {
  const loop = openLoop(20, 0);
  expect(loop.due(3_600_000)).toBe(21);
});

test('the rate can be changed, stopped and be below one in a second', () => {
  const loop = openLoop(10, 0);
  expect(loop.due(500)).toBe(5);
  loop.setRate(0, 500);
  expect(loop.due(100_000)).toBe(0);
  loop.setRate(0.5, 100_000);
  expect(loop.due(101_000)).toBe(0);
  expect(loop.due(102_000)).toBe(1);
});

test('requests are sent over kept connections and counted, and none is cut off by stopping', async () => {
  let connections = 0;
  let requests = 0;
  const server = createServer((_, answer) => {
    requests += 1;
    setTimeout(() => answer.end('ok'), 20);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const traffic = startTraffic({ urls: [url], ratePerSecond: 100, monotonicMs: () => performance.now() });
  await expect.poll(() => traffic.counts().answered, { timeout: 10_000 }).toBeGreaterThan(20);
  await traffic.stop();
  const counts = traffic.counts();
  expect(counts).toEqual({ sent: requests, answered: requests, broken: 0, skipped: 0 });
  expect(connections).toBeLessThan(requests / 2);
  await sleep(150);
  expect(traffic.counts()).toEqual(counts);
  await new Promise((resolve) => server.close(resolve));
});

test('nobody there is a broken request and not a crash', async () => {
  const traffic = startTraffic({
    urls: ['http://127.0.0.1:1/'],
    ratePerSecond: 50,
    monotonicMs: () => performance.now(),
  });
  await expect.poll(() => traffic.counts().broken, { timeout: 10_000 }).toBeGreaterThan(2);
  await traffic.stop();
  expect(traffic.counts().answered).toBe(0);
});
