import { beforeEach, describe, expect, test } from 'vitest';
import { type BoardWorld, boardCatalog, openBoardWorld } from '../../../test/support/board-world.ts';
import { everything as allCapabilities } from '../../../test/support/plans.ts';
import type { Alarm } from '../../alarm/alarm.ts';
import type { Reply } from '../../core/answer.ts';
import { DESK_STREAM } from '../../core/audit/chain.ts';
import { Failed } from '../../core/failure.ts';
import type { StartMaintenance } from '../../core/maintenance-order.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Scope } from '../../core/scope.ts';
import { plain } from '../../core/text.ts';
import type { MaintenancePage, Site } from '../../platform/platform.ts';
import { attendBoard, obstaclesFor } from './index.ts';
import { endMaintenance, extendMaintenance, startMaintenance } from './maintenance.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const api: Scope = { service: 'api', environment: 'staging' };

let world: BoardWorld;
/** What was switched outside, in its order. */
let switched: string[];
let isPagerDown: boolean;

const pager: Alarm = {
  name: 'pager',
  async mute({ scope, untilMs }) {
    if (isPagerDown)
      throw new Failed({ code: 'unavailable', message: 'the pager is down', retryAfterMs: null });
    switched.push(`mute ${scope.service} until ${new Date(untilMs).toISOString().slice(11, 16)}`);
  },
  async unmute({ scope }) {
    if (isPagerDown)
      throw new Failed({ code: 'unavailable', message: 'the pager is down', retryAfterMs: null });
    switched.push(`unmute ${scope.service}`);
  },
};

const site = {
  capabilities: async () => ({ ...allCapabilities, maintenance: { can: true, how: {}, caveats: [] } }),
  async maintain(page: MaintenancePage | null) {
    switched.push(page === null ? 'page away' : 'page up');
  },
} as unknown as Site;

beforeEach(() => {
  switched = [];
  isPagerDown = false;
  world = openBoardWorld(boardCatalog, { alarms: () => [pager], siteOf: () => site });
});

async function start(who: string, more: Partial<StartMaintenance> = {}, key?: string): Promise<Reply> {
  const order: StartMaintenance = {
    kind: 'start',
    scope: api,
    when: null,
    forMs: HOUR_MS,
    zone: null,
    why: 'new disks',
    allowsDeploys: false,
    keepsServing: false,
    plan: null,
    ...more,
  };
  const shown = await startMaintenance(world.visiting(who), order);
  if (isRefusal(shown)) return shown;
  const plan = /--plan (\w+)/.exec(shown.offers?.[0]?.text ?? '')?.[1] ?? null;
  return startMaintenance(world.visiting(who, key), { ...order, plan });
}

const codeOf = (reply: Reply) => (isRefusal(reply) ? reply.code : 'done');
const idIn = (reply: Reply) => /m-[0-9a-f]{8}/.exec(JSON.stringify(reply))?.[0] ?? '';
const factsOf = (reply: Reply) =>
  isRefusal(reply)
    ? []
    : reply.parts.flatMap((part) =>
        part.kind === 'facts' ? part.facts.map(({ name, value }) => `${name}: ${plain(value)}`) : [],
      );

async function isStopped(): Promise<boolean> {
  const passing = {
    service: 'api',
    environment: 'staging',
    person: 'U1',
    what: 'start',
    isAutomatic: false,
  } as const;
  return (await obstaclesFor(world.parts, { ...passing, nowMs: world.nowMs() })).length > 0;
}

async function words(): Promise<string[]> {
  return (await world.told()).flatMap(({ content }) =>
    content.kind === 'word' ? [plain(content.text)] : [],
  );
}

describe('a maintenance', () => {
  test('is shown before it begins, and changes nothing until then', async () => {
    const order = {
      kind: 'start',
      scope: api,
      when: null,
      forMs: HOUR_MS,
      zone: null,
      why: null,
      plan: null,
    } as const;
    const shown = await startMaintenance(world.visiting('U9'), {
      ...order,
      allowsDeploys: false,
      keepsServing: false,
    });
    expect(factsOf(shown)).toEqual([
      'From: Friday 20 Nov 09:00 UTC, now',
      'Until: Friday 20 Nov 10:00 UTC, in 1 h (1 h)',
      'Deployments: do not begin; rolling back and stopping work',
      'Alerts of pager: will be switched',
      'Page of api in staging: will be switched',
    ]);
    expect(switched).toEqual([]);
    expect(await isStopped()).toBe(false);
  });

  test('mutes, shows the page and keeps deployments away, and takes all of it back at its end', async () => {
    const begun = await start('U9');
    expect(switched).toEqual(['mute api until 10:00', 'page up']);
    expect(factsOf(begun)).toContain('Alerts of pager: done');
    expect(await isStopped()).toBe(true);
    world.pass(HOUR_MS);
    expect(await isStopped()).toBe(false);
    await attendBoard(world.parts);
    expect(switched.slice(2).toSorted()).toEqual(['page away', 'unmute api']);
    await attendBoard(world.parts);
    expect(switched).toHaveLength(4);
  });

  test('puts its remaining time right every five minutes, and reminds its owner ten minutes before its end', async () => {
    const id = idIn(await start('U9'));
    await world.told();
    let edits = 0;
    const said: string[] = [];
    for (let minute = 1; minute < 60; minute += 1) {
      world.pass(MINUTE_MS);
      await attendBoard(world.parts);
      const told = await world.told();
      edits += told.filter(({ content }) => content.kind === 'sheet').length;
      said.push(
        ...told.flatMap(({ content }) =>
          content.kind === 'word' ? [`${minute}: ${plain(content.text)}`] : [],
        ),
      );
    }
    // Looking is not asking again.
    expect(switched).toEqual(['mute api until 10:00', 'page up']);
    expect(edits).toBeGreaterThanOrEqual(11);
    expect(edits).toBeLessThanOrEqual(13);
    expect(said).toEqual(['50: Your maintenance of api in staging is over in 10 m.']);
    await extendMaintenance(world.visiting('U9'), { id }, 30 * MINUTE_MS);
    expect(switched.at(-2)).toBe('mute api until 10:30');
    world.pass(21 * MINUTE_MS);
    await attendBoard(world.parts);
    expect(await words()).toEqual(['Your maintenance of api in staging is over in 10 m.']);
  });

  test('says what could not be done, in its sentence too, and tries again what failed', async () => {
    isPagerDown = true;
    const begun = await start('U9', { keepsServing: true });
    expect(factsOf(begun)).toContain('Alerts of pager: FAILED: the pager is down');
    expect(factsOf(begun)).toContain(
      'Page of api in staging: not done: the service goes on answering, as was asked for',
    );
    expect(isRefusal(begun) ? '' : begun.sentence).toContain(
      'Could not be done: alerts of pager, the pager is down',
    );
    expect(await isStopped()).toBe(true);
    isPagerDown = false;
    world.pass(30_000);
    await attendBoard(world.parts);
    expect(switched).toEqual(['mute api until 10:00']);
  });

  test('without alarm sources and without such a page says that too', async () => {
    world = openBoardWorld(boardCatalog, {
      siteOf: () => ({ ...site, capabilities: async () => allCapabilities }),
    });
    expect(factsOf(await start('U9')).slice(3)).toEqual([
      'Alerts: not done: no alarm source is configured, so that nothing is muted',
      'Page of api in staging: not done: its platform has not said that it has such a page',
    ]);
  });

  test('that cannot be taken back is tried until a person is told', async () => {
    await start('U9');
    world.pass(HOUR_MS);
    isPagerDown = true;
    for (let tries = 0; tries < 25; tries += 1) {
      await attendBoard(world.parts);
      world.pass(30_000);
    }
    expect(await isStopped()).toBe(false);
    expect(await words()).toContain(
      'Your maintenance is over, but this could not be switched back: alerts of pager (the pager is down).',
    );
  });

  test('is ended before its time by whoever may, once', async () => {
    const id = idIn(await start('U9'));
    expect(codeOf(await endMaintenance(world.visiting('U1'), { id }))).toBe('not-allowed');
    expect(await isStopped()).toBe(true);
    expect(codeOf(await endMaintenance(world.visiting('U8'), { scope: api }))).toBe('done');
    expect(switched.slice(2).toSorted()).toEqual(['page away', 'unmute api']);
    expect(await isStopped()).toBe(false);
    expect(codeOf(await endMaintenance(world.visiting('U8'), { id }))).toBe('nothing-to-do');
    expect(codeOf(await endMaintenance(world.visiting('U8'), { scope: api }))).toBe('nothing-to-do');
  });

  test('begins by itself when it was planned, in the zone of whoever planned it', async () => {
    const planned = await start('U9', {
      kind: 'schedule',
      when: 'sat 02:00 3h',
      forMs: null,
      zone: 'Europe/Berlin',
    });
    expect(factsOf(planned)[0]).toContain('begins Saturday 21 Nov 02:00 Europe/Berlin (01:00 UTC)');
    expect(switched).toEqual([]);
    world.pass(16 * HOUR_MS);
    await attendBoard(world.parts);
    expect(switched).toEqual(['mute api until 04:00', 'page up']);
    expect(await isStopped()).toBe(true);
  });

  test('with deployments allowed stops nobody, and shows no page that they would stumble over', async () => {
    const begun = await start('U9', { allowsDeploys: true });
    expect(await isStopped()).toBe(false);
    expect(switched).toEqual(['mute api until 10:00']);
    expect(factsOf(begun).at(-1)).toContain('not done: deployments are allowed');
  });

  test('does not overlap with another, and is no week longer than seven days', async () => {
    await start('U9');
    const other = await start('U9', { scope: { service: null, environment: 'staging' } });
    expect(codeOf(other)).toBe('target-busy');
    expect(
      codeOf(await start('U9', { scope: { service: 'web', environment: null }, forMs: 8 * 24 * HOUR_MS })),
    ).toBe('bad-arguments');
    expect(codeOf(await start('U1', { scope: { service: 'web', environment: null } }))).toBe('not-allowed');
    expect(codeOf(await start('U9', { scope: { service: 'wbe', environment: null } }))).toBe('not-found');
  });

  test('asked for twice with one key is one; what changed since it was shown is shown again', async () => {
    const first = await start('U9', {}, 'one');
    expect(idIn(await start('U9', {}, 'one'))).toBe(idIn(first));
    const stale = await start('U9', { scope: { service: 'web', environment: 'staging' }, plan: 'stale' });
    expect(codeOf(stale)).toBe('done');
  });

  test('is on the record from its beginning to its end', async () => {
    const id = idIn(await start('U9'));
    await extendMaintenance(world.visiting('U9'), { id }, MINUTE_MS);
    await endMaintenance(world.visiting('U8'), { id });
    const lines = await world.store.ledger.read(DESK_STREAM, 0, 9);
    expect(lines.map(({ text }) => JSON.parse(text)).map(({ action, actor }) => [action, actor.id])).toEqual([
      ['maintenance', 'U9'],
      ['maintenance-begun', 'slipway'],
      ['maintenance-extend', 'U9'],
      ['maintenance-end', 'U8'],
    ]);
  });
});
