import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import type { Found, Health, Intent, Sought, StandingRelease } from '../../src/platform/platform.ts';
import { type Member, siteOf, versionOf } from './platform-member.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

let counted = 0;
export function intent(step = 'replace'): Intent {
  counted += 1;
  return { id: `d-00000001/${step}.api/staging/forward/${counted}`, deploymentId: 'd-00000001' };
}

/** @returns what it failed with. @throws when it succeeded, or when it failed with anything but a `Failed` */
export async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await (doing ?? Promise.resolve('nothing to do')).then(
    (value) => new Error(`expected a failure, and it answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

/** What the suite does to a platform, whichever way it brings versions up. */
export type Trial = Awaited<ReturnType<typeof openTrial>>;

export async function openTrial(member: Member, opening: Parameters<Member['open']>[0] = {}) {
  const world = await member.open(opening);
  const site = siteOf(world);
  const begin = (order: Intent, name: string): Promise<{ readonly releaseId: string }> => {
    const version = versionOf(world, name);
    if (member.does === 'stages') return site.release(order, version);
    return site.replace?.(order, version) ?? Promise.reject(new Error('it has no replace'));
  };
  const sought = (doing: Sought['doing'], name: string): Sought => ({
    doing,
    version: versionOf(world, name),
    sinceMs: Date.now() - 1_000,
  });
  const standing = async (releaseId: string) =>
    (await site.look()).releases.find((release) => release.releaseId === releaseId);

  return {
    world,
    site,
    begin,
    standing,
    /** Brings a version up and waits until it is. */
    async up(name: string): Promise<string> {
      const { releaseId } = await begin(intent(), name);
      await world.settle();
      await expect.poll(async () => (await standing(releaseId))?.health, PATIENCE).toBe('healthy');
      return releaseId;
    },
    async until(releaseId: string, health: Health): Promise<StandingRelease | undefined> {
      await expect.poll(async () => (await standing(releaseId))?.health, PATIENCE).toBe(health);
      return standing(releaseId);
    },
    /** Until it has ended, or until the platform says that waiting for it is no use. */
    async untilOver(releaseId: string): Promise<StandingRelease | undefined> {
      const isOver = async () => {
        const release = await standing(releaseId);
        return release?.health === 'gone' || release?.isHopeless === true;
      };
      await expect.poll(isOver, PATIENCE).toBe(true);
      return standing(releaseId);
    },
    /** What was sent is believed to be absent only after it has settled. */
    async find(order: Intent, doing: Sought['doing'], name: string): Promise<Found> {
      const from = sought(doing, name);
      await sleep((await site.capabilities()).once.settleMs);
      return site.find(order, from);
    },
    /** Versions and their traffic, of those that have any. */
    async serving(): Promise<(readonly [string, number])[]> {
      const { releases } = await site.look();
      const served = releases.filter(({ trafficPercent }) => trafficPercent > 0);
      return served.map(({ releaseId, trafficPercent }) => [releaseId, trafficPercent] as const);
    },
  };
}
