import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Back } from '../../src/platform/platform.ts';
import { type Member, versionOf } from './platform-member.ts';
import { members } from './platform-members.ts';
import { failureOf, intent, openTrial, type Trial } from './platform-trial.ts';

const replacing = members.filter(({ does }) => does === 'replaces');

describe.each(replacing)('the platform $name, which keeps one version at a time,', (member: Member) => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await openTrial(member);
  });
  afterEach(() => trial.world.close());

  const restore = (back: Back, order = intent('restore')) => trial.site.restore?.(order, back);
  const backTo = (releaseId: string, insteadOf: string): Back => ({
    releaseId,
    version: versionOf(trial.world, trial.world.versions.good),
    insteadOf,
  });
  /** The versions that serve, by what the platform calls the good one. */
  async function servingOnly(releaseId: string): Promise<void> {
    expect(await trial.serving()).toEqual([[releaseId, 100]]);
    expect((await trial.standing(releaseId))?.health).toBe('healthy');
  }

  test('gives a version everything once it is up, and what was before is gone', async () => {
    const { world, up, standing } = trial;
    const old = await up(world.versions.good);
    await servingOnly(old);
    const fresh = await up(world.versions.better);
    await servingOnly(fresh);
    expect((await standing(old))?.health ?? 'gone').toBe('gone');
  });

  test('lets the one before serve for as long as the new one is on its way', async () => {
    const { world, up, begin, standing } = trial;
    const old = await up(world.versions.good);
    const { releaseId } = await begin(intent(), world.versions.better);
    const health = (await standing(releaseId))?.health;
    const serving = await trial.serving();
    if (world.isGradual === true) {
      expect(serving.reduce((sum, [, percent]) => sum + percent, 0)).toBe(100);
      for (const [id] of serving) expect([old, releaseId]).toContain(id);
    } else if (health === 'starting') expect(serving).toEqual([[old, 100]]);
    else expect(health).toBe('healthy');
  });

  test('says why a version did not come up, and the one before goes on serving', async ({ skip }) => {
    const { world, up, begin, untilOver } = trial;
    const { crashing } = world.versions;
    if (crashing === null) return skip('none can fail there');
    const old = await up(world.versions.good);
    const { releaseId } = await begin(intent(), crashing);
    await world.settle();
    const over = await untilOver(releaseId);
    expect(over).toMatchObject({ trafficPercent: 0, say: expect.stringMatching(/^.+$/) });
    await servingOnly(old);
  });

  test('does not believe in one whose place another has taken before it was up', async () => {
    const { world, up, begin, standing } = trial;
    await up(world.versions.good);
    const first = await begin(intent(), world.versions.better);
    const isOnItsWay = (await standing(first.releaseId))?.health === 'starting';
    const order = intent();
    const second = await begin(order, world.versions.good).catch((error: unknown) => error);
    await world.settle();
    if (second instanceof Error) {
      expect((await failureOf(Promise.reject(second))).code).toBe('conflict');
      return servingOnly(first.releaseId);
    }
    const { releaseId } = second as { readonly releaseId: string };
    await trial.until(releaseId, 'healthy');
    await servingOnly(releaseId);
    if (isOnItsWay) expect((await standing(first.releaseId))?.health ?? 'gone').toBe('gone');
  });

  test('says that one was called off by somebody', async ({ skip }) => {
    const { world, up, begin, until } = trial;
    const { cancel } = world.hands ?? {};
    if (cancel === undefined) return skip('nobody can');
    const old = await up(world.versions.good);
    const { releaseId } = await begin(intent(), world.versions.better);
    await cancel(releaseId);
    await world.settle();
    expect(await until(releaseId, 'gone')).toMatchObject({ trafficPercent: 0 });
    await servingOnly(old);
  });

  describe('going back', () => {
    test('makes what was before serve again', async () => {
      const { world, up, until } = trial;
      const old = await up(world.versions.good);
      const fresh = await up(world.versions.better);
      const restored = await restore(backTo(old, fresh));
      await world.settle();
      const back = await until(restored?.releaseId ?? '', 'healthy');
      await servingOnly(restored?.releaseId ?? '');
      expect(back?.version).toEqual(expect.objectContaining(await versionShown(old)));
    });

    test('calls off what is still on its way', async () => {
      const { world, up, begin, until, standing } = trial;
      const old = await up(world.versions.good);
      const { releaseId } = await begin(intent(), world.versions.better);
      const restored = await restore(backTo(old, releaseId));
      await world.settle();
      await until(restored?.releaseId ?? '', 'healthy');
      await servingOnly(restored?.releaseId ?? '');
      expect((await standing(releaseId))?.health ?? 'gone').toBe('gone');
    });

    test('whose answer was lost is found, and what it made is shown', async ({ skip }) => {
      const { world, up, until } = trial;
      skip(!world.troubles.includes('lose-answer'), 'that cannot happen there');
      const old = await up(world.versions.good);
      const fresh = await up(world.versions.better);
      const order = intent('restore');
      world.trouble('lose-answer', 'change');
      const lost = await failureOf(restore(backTo(old, fresh), order));
      expect(lost.code).toBe('outcome-unknown');
      const found = await trial.find(order, 'restore', world.versions.good);
      expect(found.kind).toBe('found');
      await world.settle();
      await until(found.kind === 'found' ? found.releaseId : '', 'healthy');
    });

    test('to what is no longer kept fails clearly, and what serves goes on serving', async ({ skip }) => {
      const { world, up } = trial;
      const { forget } = world.hands ?? {};
      if (forget === undefined) return skip('everything is kept there');
      const old = await up(world.versions.good);
      const fresh = await up(world.versions.better);
      await forget(old);
      const failure = await failureOf(restore(backTo(old, fresh)));
      expect(['not-found', 'rejected', 'conflict', 'unsupported']).toContain(failure.code);
      expect(failure.retryAfterMs).toBeNull();
      await servingOnly(fresh);
    });
  });

  /** As the platform itself names what a release ran, when that is still shown. */
  async function versionShown(releaseId: string) {
    return (await trial.standing(releaseId))?.version ?? {};
  }
});

test('there is somebody to hold to it', () => {
  expect(replacing.map(({ name }) => name)).toContain('pretend');
});
