import { expect, test } from 'vitest';
import type { Installation, NewInstallation } from '../../src/store/installations.ts';
import type { Given } from './store.test.ts';
import { LONG_MS, OVER_MS, SHORT_MS } from './store-world.ts';

const somewhere: NewInstallation = {
  enterprise: null,
  team: 'T1',
  name: 'One',
  botUser: 'U0BOT',
  installedBy: 'U1',
  scopes: ['chat:write', 'commands'],
  keyId: 'k1',
  sealed: 'first',
  endsInMs: null,
};

const installed = (more: Partial<NewInstallation> = {}): NewInstallation => ({ ...somewhere, ...more });

export function installationContract({ store, pass }: Given): void {
  async function made(more: Partial<NewInstallation> = {}): Promise<Installation> {
    const asked = installed(more);
    await store().installations.put(asked);
    const found = await store().installations.find(asked);
    if (found === null) throw new Error('it is not there');
    return found;
  }

  test('what was put is found again, whole, and nothing else is', async () => {
    const before = await store().nowMs();
    const found = await made();
    expect(found).toEqual({
      ...somewhere,
      endsInMs: undefined,
      endsAtMs: null,
      trouble: null,
      installedAtMs: found.installedAtMs,
      revision: found.revision,
    });
    expect(found.installedAtMs).toBeGreaterThanOrEqual(before);
    const { installations } = store();
    expect(await installations.find({ enterprise: null, team: 'T2' })).toBeNull();
    expect(await installations.find({ enterprise: 'E1', team: null })).toBeNull();
    expect(await installations.find({ enterprise: null, team: null })).toBeNull();
  });

  test("a workspace's own installation goes before the one of its organisation", async () => {
    await made({ enterprise: 'E1', team: null, name: 'Whole' });
    const { installations } = store();
    expect(await installations.find({ enterprise: 'E1', team: 'T1' })).toMatchObject({ name: 'Whole' });
    await made({ enterprise: 'E1', team: 'T1', name: 'Own' });
    expect(await installations.find({ enterprise: 'E1', team: 'T1' })).toMatchObject({ name: 'Own' });
    expect(await installations.find({ enterprise: null, team: 'T1' })).toMatchObject({ name: 'Own' });
    expect(await installations.find({ enterprise: 'E1', team: 'T2' })).toMatchObject({ name: 'Whole' });
    expect(await installations.find({ enterprise: 'E2', team: 'T2' })).toBeNull();
    expect(await installations.find({ enterprise: 'E1', team: null })).toMatchObject({ name: 'Whole' });
  });

  test('where no whole organisation is installed, one of its workspaces stands for it, and for no other workspace', async () => {
    await made({ enterprise: 'E1', team: 'T1', name: 'First' });
    await made({ enterprise: 'E1', team: 'T2', name: 'Second' });
    const { installations } = store();
    expect(await installations.find({ enterprise: 'E1', team: null })).toMatchObject({ name: 'First' });
    expect(await installations.find({ enterprise: 'E1', team: 'T3' })).toBeNull();
  });

  test('installing anew takes the place of what was there, also when the workspace has joined an organisation', async () => {
    const first = await made();
    const second = await made({ sealed: 'second' });
    const third = await made({ enterprise: 'E1', sealed: 'third' });
    expect(await store().installations.all()).toEqual([third]);
    expect(new Set([first.revision, second.revision, third.revision]).size).toBe(3);
  });

  test('twenty who install the same workspace at once leave one installation', async () => {
    const { installations } = store();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => installations.put(installed({ sealed: `${index}` }))),
    );
    expect(await installations.all()).toHaveLength(1);
  });

  test('of twenty who want to use one refresh token, one may', async () => {
    const found = await made({ endsInMs: SHORT_MS });
    const owners = Array.from({ length: 20 }, (_, index) => `process-${index}`);
    const claimed = await Promise.all(
      owners.map((owner) => store().installations.claim(found, owner, LONG_MS)),
    );
    expect(claimed.filter(Boolean)).toHaveLength(1);
  });

  test('whoever has claimed it and went away leaves it to the next', async () => {
    const found = await made({ endsInMs: LONG_MS });
    const { installations } = store();
    expect(await installations.claim(found, 'a', SHORT_MS)).toBe(true);
    expect(await installations.ending(2 * LONG_MS, 9)).toEqual([]);
    await pass(OVER_MS);
    expect(await installations.ending(2 * LONG_MS, 9)).toEqual([found]);
    expect(await installations.claim(found, 'b', LONG_MS)).toBe(true);
  });

  test('what was renewed cannot be renewed, claimed or removed by whoever read it before', async () => {
    const read = await made({ endsInMs: SHORT_MS });
    const { installations } = store();
    await installations.claim(read, 'a', LONG_MS);
    const next = { keyId: 'k2', sealed: 'second' };
    expect(await installations.renew(read, next, LONG_MS)).toBe(true);
    expect(await installations.renew(read, { keyId: 'k2', sealed: 'late' }, LONG_MS)).toBe(false);
    expect(await installations.reseal(read, { keyId: 'k2', sealed: 'late' })).toBe(false);
    expect(await installations.claim(read, 'b', LONG_MS)).toBe(false);
    await installations.giveUp(read, 'late');
    expect(await installations.remove(read)).toBe(false);
    const now = await installations.find(read);
    expect(now).toMatchObject({ ...next, name: 'One', trouble: null });
    expect((now?.endsAtMs ?? 0) - (await store().nowMs())).toBeGreaterThan(LONG_MS / 2);
    expect(now !== null && (await installations.claim(now, 'b', LONG_MS))).toBe(true);
  });

  test('another key is not put under tokens that are just being renewed', async () => {
    const read = await made({ endsInMs: SHORT_MS });
    const { installations } = store();
    await installations.claim(read, 'a', LONG_MS);
    expect(await installations.reseal(read, { keyId: 'k2', sealed: 'other' })).toBe(false);
    expect(await installations.renew(read, { keyId: 'k1', sealed: 'second' }, LONG_MS)).toBe(true);
    const now = (await installations.find(read)) as Installation;
    expect(await installations.reseal(now, { keyId: 'k2', sealed: 'other' })).toBe(true);
    const resealed = await installations.find(read);
    expect(resealed).toMatchObject({ keyId: 'k2', sealed: 'other', endsAtMs: now.endsAtMs });
  });

  test('the next to end comes first; what never ends, ends later or was given up does not come', async () => {
    await made({ team: 'T1', endsInMs: 3_000 });
    await made({ team: 'T2', endsInMs: 1_000 });
    await made({ team: 'T3', endsInMs: LONG_MS });
    await made({ team: 'T4' });
    const lost = await made({ team: 'T5', endsInMs: 2_000 });
    const { installations } = store();
    await installations.giveUp(lost, 'invalid_refresh_token');
    const ending = await installations.ending(10_000, 9);
    expect(ending.map(({ team }) => team)).toEqual(['T2', 'T1']);
    expect(await installations.ending(10_000, 1)).toHaveLength(1);
    expect(await installations.find(lost)).toMatchObject({ trouble: 'invalid_refresh_token' });
    expect(await made({ team: 'T5', endsInMs: 2_000 })).toMatchObject({ trouble: null });
  });

  test('what is removed is gone, once; what was installed anew since is not removed', async () => {
    const first = await made();
    const second = await made();
    const { installations } = store();
    expect(await installations.remove(first)).toBe(false);
    expect(await installations.remove(second)).toBe(true);
    expect(await installations.remove(second)).toBe(false);
    expect(await installations.all()).toEqual([]);
  });

  test('of twenty who use a one-time word, one may; afterwards it is forgotten', async () => {
    const { installations } = store();
    const used = await Promise.all(Array.from({ length: 20 }, () => installations.spend('w', SHORT_MS)));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await installations.spend('other', SHORT_MS)).toBe(true);
    await pass(OVER_MS);
    expect(await installations.spend('w', SHORT_MS)).toBe(true);
  });
}
