import { beforeEach, expect, test } from 'vitest';
import { emptyHome } from '../../../test/support/home.ts';
import { fakeSlack } from '../../../test/support/slack/fake-slack.ts';
import type { HomeView } from '../../core/home.ts';
import { refuse } from '../../core/refusal.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { Asked } from '../asked.ts';
import type { SlackNeeds } from '../needs.ts';
import { homePace, openHomes } from './homes.ts';

let nowMs: number;
let view: HomeView | ReturnType<typeof refuse>;
let world: ReturnType<typeof openWorld>;

function openWorld() {
  const store = memoryStore({ nowMs: () => nowMs });
  const slack = fakeSlack(() => nowMs);
  const timers: { atMs: number; call: () => void }[] = [];
  const silent = () => undefined;
  const needs = (owner: string) =>
    ({
      configuration: { homeTeam: 'T1', oauth: null },
      commands: [],
      store,
      owner,
      directory: { look: async (caller: object) => ({ ...caller, kind: 'member', groups: [] }) },
      deskFor: () => ({ home: async () => view }),
      clock: {
        nowMs: () => nowMs,
        after: (ms: number, call: () => void) => {
          timers.push({ atMs: nowMs + ms, call });
          return silent;
        },
      },
      log: { info: silent, warn: silent, error: silent },
    }) as unknown as SlackNeeds;
  return {
    open: (owner: string) => openHomes({ needs: needs(owner), clients: { clientIn: () => slack } }),
    slack,
    published: () => slack.calls.filter(({ method }) => method === 'views.publish'),
    async pass(ms: number) {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs += 500;
        for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
          timers.splice(timers.indexOf(timer), 1);
          timer.call();
        }
        for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

const opens = (id: string): Asked => ({
  atMs: nowMs,
  actor: { id, name: id },
  workspace: null,
  channel: 'D1',
  thread: null,
  replyTo: null,
  what: { kind: 'home' },
});

let news = 0;
function somethingNew(): void {
  news += 1;
  const item = { text: [`news ${news}`], note: [], offers: [], deploymentId: null };
  view = { ...emptyHome, running: { items: [item], more: 0 } };
}

beforeEach(() => {
  nowMs = 1_795_000_000_000;
  view = emptyHome;
  world = openWorld();
});

test('a home is drawn at once when it is opened, and not again while nothing on it changes', async () => {
  const homes = world.open('one');
  homes.start();
  await homes.opened(opens('U1'));
  expect(world.published()).toHaveLength(1);
  view = { ...emptyHome, asOfMs: emptyHome.asOfMs + 60_000 };
  await world.pass(60_000);
  expect(world.published()).toHaveLength(1);
});

test('what changes is there within fifteen seconds, for those who have looked lately', async () => {
  const homes = world.open('one');
  homes.start();
  await homes.opened(opens('U1'));
  somethingNew();
  await world.pass(15_000);
  expect(world.published()).toHaveLength(2);
  expect(JSON.stringify(world.published()[1]?.args)).toContain(`news ${news}`);
  await world.pass(homePace.latelyMs);
  somethingNew();
  await world.pass(60_000);
  expect(world.published()).toHaveLength(2);
});

test('however much happens and however often they look, nobody’s home is drawn twice within ten seconds', async () => {
  const both = [world.open('one'), world.open('two')];
  for (const homes of both) homes.start();
  for (let turn = 0; turn < 120; turn += 1) {
    somethingNew();
    for (const homes of both) await homes.opened(opens('U1'));
    await world.pass(500);
  }
  const times = world.published().map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThanOrEqual(5);
  for (const [index, atMs] of times.slice(1).entries())
    expect(atMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(homePace.personEveryMs);
});

test('all together are drawn no more than forty times in any minute', async () => {
  const homes = world.open('one');
  homes.start();
  for (let index = 0; index < homePace.viewersMax; index += 1) await homes.opened(opens(`U${index}`));
  for (let turn = 0; turn < 30; turn += 1) {
    somethingNew();
    await world.pass(5_000);
  }
  const times = world.published().map(({ atMs }) => atMs);
  expect(times.length).toBeGreaterThan(60);
  for (const atMs of times)
    expect(times.filter((each) => each >= atMs && each < atMs + 60_000).length).toBeLessThanOrEqual(
      homePace.all.perMinute + homePace.all.burst,
    );
});

test('where tables are not taken there the rest is shown all the same', async () => {
  const homes = world.open('one');
  view = {
    ...emptyHome,
    services: [
      {
        name: 'api',
        isFavourite: true,
        places: [{ environment: 'staging', runs: 'v2', health: 'healthy', seenAtMs: null, stale: null }],
      },
    ],
  };
  world.slack.disturb = (_method, args) =>
    JSON.stringify(args).includes('data_table') ? { kind: 'refused', code: 'invalid_blocks' } : null;
  await homes.opened(opens('U1'));
  expect(world.published()).toHaveLength(2);
  expect(JSON.stringify(world.published()[1]?.args)).toContain('staging');
});

test('who may see nothing is told so on their home too', async () => {
  const homes = world.open('one');
  view = refuse('not-allowed', ['Guests of the workspace cannot use Slipway.']);
  await homes.opened(opens('U1'));
  expect(JSON.stringify(world.published()[0]?.args)).toContain('Guests');
});
