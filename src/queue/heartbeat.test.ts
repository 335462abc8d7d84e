import { expect, test } from 'vitest';
import type { Connection } from './connect.ts';
import { beat } from './heartbeat.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

/** Beats for ten minutes of a clock that nobody waits for; answers how long it was silent, or null when it never was. */
async function silence(isUp: (nowMs: number) => boolean, heardAtMs: (nowMs: number) => number) {
  let nowMs = 0;
  let silentMs: number | null = null;
  const over = new AbortController();
  const queue = { add: async () => undefined, close: async () => undefined };
  const connection = { openQueue: () => queue, isUp: () => isUp(nowMs) } as unknown as Connection;
  const clock = {
    nowMs: () => nowMs,
    async sleep(ms: number) {
      nowMs += ms;
      if (nowMs > 600_000) over.abort();
    },
  };
  const listening = { heardAtMs: () => heardAtMs(nowMs), visits: () => 0, close: async () => undefined };
  await beat(connection, listening, clock, over.signal, log, (ms) => {
    silentMs = ms;
  });
  return silentMs;
}

test('a process that hears its beats goes on', async () => {
  expect(
    await silence(
      () => true,
      (nowMs) => nowMs - 1_000,
    ),
  ).toBe(null);
});

test('a connection that believes it is up and brings nothing back is told after half a minute', async () => {
  expect(
    await silence(
      () => true,
      () => 0,
    ),
  ).toBeGreaterThan(30_000);
  expect(
    await silence(
      () => true,
      () => 0,
    ),
  ).toBeLessThan(40_000);
});

test('a queue that is known to be gone ends nobody', async () => {
  expect(
    await silence(
      () => false,
      () => 0,
    ),
  ).toBe(null);
});

test('a queue that came back and stays silent is told', async () => {
  expect(
    await silence(
      (nowMs) => nowMs > 100_000,
      () => 0,
    ),
  ).toBeGreaterThan(30_000);
});
