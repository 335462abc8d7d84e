import { beforeEach, describe, expect, test } from 'vitest';
import { type BoardWorld, boardCatalog, openBoardWorld } from '../../../test/support/board-world.ts';
import type { Reply } from '../../core/answer.ts';
import { DESK_STREAM } from '../../core/audit/chain.ts';
import type { LockOrder } from '../../core/maintenance-order.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Scope } from '../../core/scope.ts';
import { plain } from '../../core/text.ts';
import { attendBoard, obstaclesFor, sheetFor } from './index.ts';
import { orderLock } from './lock.ts';

const HOUR_MS = 3_600_000;
const api: Scope = { service: 'api', environment: 'staging' };
const everything: Scope = { service: null, environment: null };

let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld();
});

function order(who: string, kind: LockOrder['kind'], more: Partial<LockOrder> = {}): Promise<Reply> {
  const asked = { kind, which: { scope: api }, why: null, forMs: null, to: null, seen: null, ...more };
  return orderLock(world.visiting(who), asked);
}

const codeOf = (reply: Reply) => (isRefusal(reply) ? reply.code : 'done');
const saidIn = (reply: Reply) => (isRefusal(reply) ? plain(reply.message) : reply.sentence);

async function heldBy(): Promise<string[]> {
  const sheets = await world.store.board.list({ kind: 'lock', isOpen: true, limit: 99 });
  return sheets.map(({ body }) => (body as { holder: { by: string } }).holder.by);
}

async function isStopped(person: string, service = 'api'): Promise<boolean> {
  const passing = { service, environment: 'staging', what: 'start', isAutomatic: false } as const;
  return (await obstaclesFor(world.parts, { ...passing, person, nowMs: world.nowMs() })).length > 0;
}

/** Who was told what in private since the last time. */
async function words(): Promise<string[]> {
  return (await world.told()).flatMap(({ content }) =>
    content.kind === 'word' ? [`${'id' in content.to ? content.to.id : ''}: ${plain(content.text)}`] : [],
  );
}

describe('a lock on the board', () => {
  test('of twenty who want it at once one gets it; of those who wait at once all are in line, once each', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `P${index}`);
    const grants = [{ role: 'deployer', people: names, services: '*', environments: '*' } as const];
    world = openBoardWorld({ ...boardCatalog, grants });
    const claims = await Promise.all(names.map((name) => order(name, 'lock')));
    const [holder = '', ...others] = await heldBy();
    expect(others).toEqual([]);
    expect(claims.map(codeOf)).toEqual(names.map((name) => (name === holder ? 'done' : 'target-busy')));

    const waiting = names.filter((name) => name !== holder);
    const said = (await Promise.all(waiting.map((name) => order(name, 'wait')))).map(saidIn);
    const places = said.map((words) => Number(/number (\d+) in line/.exec(words)?.[1]));
    expect(places.toSorted((a, b) => a - b)).toEqual(waiting.map((_, index) => index + 1));

    const served = [holder];
    for (let turn = 1; turn < names.length; turn += 1) {
      await order(served.at(-1) ?? '', 'unlock');
      served.push(...(await heldBy()));
    }
    const inLine = waiting.toSorted(
      (a, b) => (places[waiting.indexOf(a)] ?? 0) - (places[waiting.indexOf(b)] ?? 0),
    );
    expect(served).toEqual([holder, ...inLine]);
  });

  test('stops the others and lets its holder pass, and says who, since when, until when and why', async () => {
    await order('U1', 'lock', { why: 'migrating', forMs: HOUR_MS });
    expect(await isStopped('U1')).toBe(false);
    expect(await isStopped('U2')).toBe(true);
    expect(await isStopped('U2', 'web')).toBe(false);
    expect(saidIn(await order('U2', 'lock'))).toBe(
      'A lock of api in staging, held by @U1 since 2026-11-20 09:00 UTC, until 2026-11-20 10:00 UTC: migrating.',
    );
    world.pass(HOUR_MS);
    expect(await isStopped('U2')).toBe(false);
  });

  test('is released by its holder, or by who may lift other people’s, and by no stranger', async () => {
    await order('U1', 'lock');
    const stranger = await order('U2', 'unlock');
    expect(codeOf(stranger)).toBe('not-allowed');
    expect(saidIn(stranger)).toContain('held by @U1, who can release it');
    expect(codeOf(await order('U5', 'unlock', { which: { scope: everything } }))).toBe('nothing-to-do');
    expect(await isStopped('U2')).toBe(true);
    expect(codeOf(await order('U8', 'unlock'))).toBe('done');
    expect(await isStopped('U2')).toBe(false);
    expect(await words()).toEqual([expect.stringMatching(/^U1: Your lock of api in staging was lifted/)]);
  });

  test('goes along the line, and each is told in private when it is their turn', async () => {
    await order('U1', 'lock');
    expect(saidIn(await order('U2', 'wait'))).toContain('You are number 1 in line');
    expect(saidIn(await order('U3', 'wait'))).toContain('You are number 2 in line');
    await words();
    await order('U1', 'unlock');
    expect(await words()).toEqual([expect.stringMatching(/^U2: The lock of api in staging is yours now/)]);
    expect(await isStopped('U3')).toBe(true);
    world.pass(30 * 60_000);
    await attendBoard(world.parts);
    expect(await words()).toEqual([
      expect.stringMatching(/^U2: Your lock of api in staging is over/),
      expect.stringMatching(/^U3: The lock of api in staging is yours now/),
    ]);
    expect(await heldBy()).toEqual(['U3']);
  });

  test('is lifted, and taken, by whoever leads in an incident, and not by whoever only operates', async () => {
    const grants = [
      ...boardCatalog.grants,
      ...(['viewer', 'commander'] as const).map(
        (role) => ({ role, people: ['U7'], services: '*', environments: '*' }) as const,
      ),
    ];
    world = openBoardWorld({ ...boardCatalog, grants });
    await order('U1', 'lock');
    const refused = await order('U9', 'unlock');
    expect(saidIn(refused)).toContain('who can release it; so can a release-manager or commander.');
    expect(await heldBy()).toEqual(['U1']);
    expect(codeOf(await order('U7', 'unlock'))).toBe('done');
    expect(await heldBy()).toEqual([]);
    expect(codeOf(await order('U7', 'lock'))).toBe('done');
    expect(await heldBy()).toEqual(['U7']);
  });

  test('is handed to who is named, if they could have taken it', async () => {
    await order('U1', 'lock');
    expect(codeOf(await order('U1', 'give', { to: 'U9' }))).toBe('not-allowed');
    expect(codeOf(await order('U1', 'give', { to: 'U3' }))).toBe('done');
    expect(await heldBy()).toEqual(['U3']);
    expect(await words()).toEqual([
      expect.stringMatching(/^U3: The lock of api in staging was handed to you/),
    ]);
  });

  test('is taken over only from what was shown, and who loses it is told why', async () => {
    await order('U1', 'lock', { why: 'migrating' });
    const shown = await order('U2', 'take', { why: 'it burns' });
    expect(await heldBy()).toEqual(['U1']);
    const offer = isRefusal(shown) ? undefined : shown.offers?.[0];
    expect(offer).toMatchObject({
      text: expect.stringMatching(/^take l-[0-9a-f]{8} --seen 1 --reason "it burns"$/),
    });
    expect(offer?.confirm).toBeDefined();
    // It has changed hands since it was shown.
    await order('U1', 'give', { to: 'U3' });
    await order('U2', 'take', { why: 'it burns', seen: 1 });
    expect(await heldBy()).toEqual(['U3']);
    await words();
    await order('U2', 'take', { why: 'it burns', seen: 2 });
    expect(await heldBy()).toEqual(['U2']);
    expect(await words()).toEqual([expect.stringMatching(/^U3: .*taken over from you by @U2: it burns/)]);
  });

  test('does not overlap with somebody else’s', async () => {
    await order('U1', 'lock');
    expect(codeOf(await order('U2', 'lock', { which: { scope: everything } }))).toBe('target-busy');
    expect(codeOf(await order('U1', 'lock', { which: { scope: everything } }))).toBe('done');
    expect(
      codeOf(await order('U2', 'lock', { which: { scope: { service: 'web', environment: 'staging' } } })),
    ).toBe('target-busy');
    const both = await Promise.all([
      order('U2', 'wait', { which: { scope: { service: 'web', environment: 'staging' } } }),
      order('U3', 'wait', { which: { scope: { service: 'web', environment: 'staging' } } }),
    ]);
    expect(both.map(saidIn).toSorted()).toEqual([
      expect.stringContaining('number 1 in line for the lock of everything'),
      expect.stringContaining('number 2 in line for the lock of everything'),
    ]);
  });

  test('does not overlap with one that is over either, if somebody waits for it whose turn it is', async () => {
    await order('U1', 'lock', { forMs: HOUR_MS });
    await order('U2', 'wait');
    world.pass(HOUR_MS + 1_000);
    const refused = await order('U3', 'lock', { which: { scope: everything } });
    expect(saidIn(refused)).toContain('held by @U2');
  });

  test('is for those who may deploy in all of it', async () => {
    expect(codeOf(await order('U9', 'lock'))).toBe('not-allowed');
    expect(codeOf(await order('U5', 'lock'))).toBe('done');
    expect(
      codeOf(await order('U5', 'lock', { which: { scope: { service: 'api', environment: null } } })),
    ).toBe('not-allowed');
  });

  test('is on the record, whoever did what, and the program too', async () => {
    await order('U1', 'lock', { forMs: 60_000 });
    await order('U2', 'wait');
    world.pass(60_000);
    await attendBoard(world.parts);
    await order('U8', 'unlock');
    const lines = await world.store.ledger.read(DESK_STREAM, 0, 9);
    expect(lines.map(({ text }) => JSON.parse(text)).map(({ action, actor }) => [action, actor.id])).toEqual([
      ['lock', 'U1'],
      ['lock-wait', 'U2'],
      ['lock-over', 'slipway'],
      ['lock-lift', 'U8'],
    ]);
  });

  test('hangs in the channel as one message for each time that it was taken from nobody', async () => {
    await order('U1', 'lock');
    await order('U2', 'wait');
    const keys = async () =>
      (await world.told()).flatMap(({ key, content }) => (content.kind === 'sheet' ? [key] : []));
    const first = await keys();
    expect(first).toHaveLength(1);
    await order('U1', 'unlock');
    expect(await keys()).toEqual(first);
    await order('U2', 'unlock');
    expect(await keys()).toEqual(first);
    const id = first[0]?.split('/')[2] ?? '';
    expect((await sheetFor(world.parts, { kind: 'lock', id }))?.title).toBe(
      'No longer locked: api in staging',
    );
    await order('U2', 'lock');
    expect(await keys()).not.toEqual(first);
  });
});
