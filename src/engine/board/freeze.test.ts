import { beforeEach, describe, expect, test } from 'vitest';
import { type BoardWorld, openBoardWorld } from '../../../test/support/board-world.ts';
import type { Reply } from '../../core/answer.ts';
import { DESK_STREAM } from '../../core/audit/chain.ts';
import type { FreezeWindow } from '../../core/freeze.ts';
import type { Passing } from '../../core/obstacle.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Scope } from '../../core/scope.ts';
import { plain } from '../../core/text.ts';
import { liftFreeze, putFreeze } from './freeze.ts';
import { attendBoard, obstaclesFor, sheetFor } from './index.ts';

const HOUR_MS = 3_600_000;
const everything: Scope = { service: null, environment: null };

let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld();
});

function freeze(who: string, scope: Scope, window?: FreezeWindow, key?: string): Promise<Reply> {
  return putFreeze(world.visiting(who, key), {
    scope,
    window: window ?? { kind: 'open', fromMs: world.nowMs() },
    zone: 'UTC',
    reason: 'inventory',
    isEmergency: false,
  });
}

async function stopped(more: Partial<Passing> = {}): Promise<string[]> {
  const passing: Passing = {
    service: 'api',
    environment: 'production',
    person: 'U1',
    what: 'start',
    isAutomatic: false,
    nowMs: world.nowMs(),
    ...more,
  };
  return (await obstaclesFor(world.parts, passing)).map(({ say }) => plain(say));
}

const codeOf = (reply: Reply) => (isRefusal(reply) ? reply.code : 'done');
const idIn = (reply: Reply) => /f-[0-9a-f]{8}/.exec(JSON.stringify(reply))?.[0] ?? '';

describe('a freeze', () => {
  test('stops what begins and what gets more traffic, by whomever, and nothing that goes back', async () => {
    expect(codeOf(await freeze('U8', { service: null, environment: 'production' }))).toBe('done');
    expect(await stopped()).toEqual([
      'A freeze of everything in production stands in the way, put up by @U8, 2026-11-20 09:00 UTC, until somebody lifts it: inventory',
    ]);
    expect(await stopped({ what: 'increase', isAutomatic: true, person: 'eight' })).toHaveLength(1);
    expect(await stopped({ what: 'back' })).toEqual([]);
    expect(await stopped({ environment: 'staging' })).toEqual([]);
  });

  test('is over at the end of its window, whoever attends to it, and its message says so', async () => {
    const window = {
      kind: 'once',
      fromMs: world.nowMs() + HOUR_MS,
      untilMs: world.nowMs() + 2 * HOUR_MS,
      zone: 'UTC',
    } as const;
    const id = idIn(await freeze('U8', everything, window));
    expect(await stopped()).toEqual([]);
    world.pass(HOUR_MS);
    expect(await stopped()).toHaveLength(1);
    await attendBoard(world.parts);
    expect((await sheetFor(world.parts, { kind: 'freeze', id }))?.title).toBe('FROZEN: everything');
    world.pass(HOUR_MS);
    expect(await stopped()).toEqual([]);
    await world.told();
    await attendBoard(world.parts);
    expect((await world.told()).map(({ key }) => key)).toEqual([
      `sheet/freeze/${id}/1/staging`,
      `sheet/freeze/${id}/1/production`,
    ]);
    expect((await sheetFor(world.parts, { kind: 'freeze', id }))?.title).toBe('No longer frozen: everything');
    await attendBoard(world.parts);
    expect(await world.told()).toEqual([]);
  });

  test('that comes back stops only in its hours, by the clocks of its zone', async () => {
    const window: FreezeWindow = {
      kind: 'weekly',
      days: ['fri'],
      from: '16:00',
      until: '08:00',
      daysLater: 3,
      zone: 'Europe/Berlin',
      fromDate: null,
      untilDate: null,
      except: [],
    };
    await freeze('U8', everything, window);
    const friday = (utc: string) => Date.parse(`2026-11-20T${utc}Z`);
    expect(await stopped({ nowMs: friday('14:59') })).toEqual([]);
    expect(await stopped({ nowMs: friday('15:00') })).toHaveLength(1);
    expect(await stopped({ nowMs: Date.parse('2026-11-23T06:59Z') })).toHaveLength(1);
    expect(await stopped({ nowMs: Date.parse('2026-11-23T07:00Z') })).toEqual([]);
    // Summer time: the same hour by the wall, another one by UTC.
    expect(await stopped({ nowMs: Date.parse('2027-06-18T14:00Z') })).toHaveLength(1);
  });

  test('is put up only by who may freeze all of it, and nobody learns what exists', async () => {
    expect(codeOf(await freeze('U1', everything))).toBe('not-allowed');
    expect(codeOf(await freeze('U5', { service: 'api', environment: 'staging' }))).toBe('done');
    expect(codeOf(await freeze('U5', { service: 'api', environment: null }))).toBe('not-allowed');
    expect(codeOf(await freeze('U5', everything))).toBe('not-allowed');
    expect(codeOf(await freeze('U1', { service: 'secret', environment: null }))).toBe('not-allowed');
    expect(codeOf(await freeze('U8', { service: 'apo', environment: null }))).toBe('not-found');
  });

  test('is put up once for one request, and not twice over the same', async () => {
    const first = await freeze('U8', everything, undefined, 'one');
    expect(await freeze('U8', everything, undefined, 'one')).toEqual(first);
    expect(codeOf(await freeze('U8', everything))).toBe('nothing-to-do');
    expect(await stopped()).toHaveLength(1);
  });

  test('is lifted by who put it up at once, and by somebody else after they saw it', async () => {
    const id = idIn(await freeze('U8', everything));
    const shown = await liftFreeze(world.visiting('U5'), { id, seen: null });
    expect(codeOf(shown)).toBe('not-allowed');
    await freeze('U5', { service: 'api', environment: 'staging' });
    const theirs = await liftFreeze(world.visiting('U8'), {
      scope: { service: 'api', environment: 'staging' },
    });
    expect(JSON.stringify(theirs)).toContain('It is not lifted yet');
    expect(await stopped({ environment: 'staging' })).toHaveLength(2);
    const offer = isRefusal(theirs) ? undefined : theirs.offers?.[0];
    expect(offer?.text).toMatch(/^unfreeze f-[0-9a-f]{8} --seen 1$/);
    const lifted = await liftFreeze(world.visiting('U8'), { id: idIn(theirs), seen: 1 });
    expect(JSON.stringify(lifted)).toContain('is lifted');
    expect(await stopped({ environment: 'staging' })).toHaveLength(1);
    // By the host's command line it is the same person.
    expect(JSON.stringify(await liftFreeze(world.visiting('os:eight'), { scope: everything }))).toContain(
      'is lifted',
    );
    expect(await stopped()).toEqual([]);
  });

  test('and its lifting are on the record with who, what and why', async () => {
    const id = idIn(await freeze('U8', { service: null, environment: 'staging' }));
    await liftFreeze(world.visiting('U8'), { id, seen: null });
    const lines = await world.store.ledger.read(DESK_STREAM, 0, 9);
    expect(lines.map(({ text }) => JSON.parse(text))).toMatchObject([
      {
        action: 'freeze',
        actor: { id: 'U8', person: 'eight', kind: 'person' },
        object: { environment: 'staging', service: null, sheet: `freeze/${id}` },
        detail: { reason: 'inventory' },
      },
      { action: 'freeze-lift', detail: { putUpBy: 'U8' } },
    ]);
  });

  test('that cannot be read lets nobody pass but who goes back', async () => {
    const board = world.store.board;
    const put = { id: 'f-00000000', afterVersion: 0, key: 'k', isOpen: true, dueAtMs: null, notices: [] };
    await board.put({ ...put, kind: 'freeze', body: { scope: 'everything' } });
    expect(await stopped()).toEqual(['The freeze f-00000000 hangs on the board and cannot be read']);
    expect(await stopped({ what: 'back' })).toEqual([]);
    expect(codeOf(await freeze('U8', everything))).toBe('done');
  });
});
