import { expect, test } from 'vitest';
import { memoryStore } from '../../store/memory/index.ts';
import type { Asked } from '../asked.ts';
import type { Homes } from '../home/homes.ts';
import type { SlackNeeds } from '../needs.ts';
import { handling } from './handle.ts';
import type { Replying } from './reply.ts';

const START_MS = 1_795_000_000_000;

/** Two processes over one store; whoever handles a delivery is at it until `answer` is called. */
function openWorld() {
  let nowMs = START_MS;
  const store = memoryStore({ nowMs: () => nowMs });
  const timers = new Set<{ atMs: number; call: () => void }>();
  const atIt: string[] = [];
  const answers: (() => void)[] = [];
  const silent = () => undefined;
  const needsOf = (owner: string) =>
    ({
      store,
      owner,
      clock: {
        nowMs: () => nowMs,
        after(ms: number, call: () => void) {
          const timer = { atMs: nowMs + ms, call };
          timers.add(timer);
          return () => timers.delete(timer);
        },
      },
      log: { info: silent, warn: silent, error: silent },
    }) as unknown as SlackNeeds;
  const homesOf = (owner: string) =>
    ({
      opened: () => {
        atIt.push(owner);
        return new Promise<void>((resolve) => void answers.push(resolve));
      },
    }) as unknown as Homes;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    store,
    atIt,
    timers,
    settle,
    open: (owner: string) => handling(needsOf(owner), {} as Replying, homesOf(owner)),
    answer: () => answers.shift()?.(),
    async pass(ms: number) {
      for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 500) {
        for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
          timers.delete(timer);
          timer.call();
        }
        await settle();
      }
    },
  };
}

const asked: Asked = {
  atMs: START_MS,
  actor: { id: 'U1', name: 'ann' },
  workspace: null,
  channel: 'D1',
  thread: null,
  replyTo: null,
  what: { kind: 'home' },
};

test('what takes a minute is handled by one process, and no longer kept when that is done', async () => {
  const world = openWorld();
  await world.store.inbox.receive({ key: 'k-1', kind: 'home', body: asked });
  world.open('a').soon('k-1', asked, null);
  await world.settle();
  await world.pass(60_000);
  expect(await world.store.inbox.waiting(0, 10)).toEqual([]);
  expect(world.atIt).toEqual(['a']);
  world.answer();
  await world.settle();
  expect(world.timers.size).toBe(0);
});

test('what a process hangs at is handled by another one in the end', async () => {
  const world = openWorld();
  await world.store.inbox.receive({ key: 'k-1', kind: 'home', body: asked });
  world.open('a').soon('k-1', asked, null);
  await world.settle();
  await world.pass(120_000);
  const handled = world.open('b').waiting();
  await world.settle();
  world.answer();
  world.answer();
  expect(await handled).toBe(1);
  expect(world.atIt).toEqual(['a', 'b']);
});
