import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplesFolder } from '../../../src/local/index.ts';
import { localPlatform } from '../../../src/platform/index.ts';

/** What the platform itself knows of one release of `api`, for as long as it was looked at. */
export type Watched = {
  readonly releaseId: string;
  /** When it first had any traffic, and when it had none any more; by this machine's clock. */
  readonly begunAtMs: number | null;
  readonly takenBackAtMs: number | null;
  readonly mostPercent: number;
  /** When the first and the last request of it failed; each is known to within one look. */
  readonly firstBadAtMs: number | null;
  readonly lastBadAtMs: number | null;
  readonly bad: number;
};

const LOOK_EVERY_MS = 50;
const PLACE = { id: 'api/staging', platform: 'local', address: { service: 'api' } };

/** The platform of a program that runs at this home; it is only asked here, never told. */
export function placeOf(home: string) {
  const platform = localPlatform({
    folder: join(home, 'local'),
    servicesFolder: samplesFolder,
    nowMs: Date.now,
  });
  const site = platform.site(PLACE);
  const look = async () => (await site.look()).releases;
  return {
    door: () => platform.urlOf({ service: 'api', environment: 'staging' }),
    look,
    /** Follows the first release that was not there before. */
    follow: async () => {
      const known = new Set((await look()).map(({ releaseId }) => releaseId));
      return following(async () => {
        const release = (await look()).find(({ releaseId }) => !known.has(releaseId));
        if (release === undefined) return null;
        const counters = await site.measure(release.releaseId);
        const { releaseId, trafficPercent } = release;
        return { releaseId, trafficPercent, errors: counters?.errors ?? null };
      });
    },
    close: () => platform.close(),
  };
}

type Now = { readonly releaseId: string; readonly trafficPercent: number; readonly errors: number | null };

function following(look: () => Promise<Now | null>) {
  let seen: Watched | null = null;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      const now = await look();
      seen = now === null ? gone(seen, Date.now()) : after(seen, now, Date.now());
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    seen: () => seen,
    async stop(): Promise<Watched> {
      isOver = true;
      await running;
      if (seen === null) throw new Error('no new release was seen');
      return seen;
    },
  };
}

/** A release that had traffic and is not there any more was taken back, however quickly it went. */
function gone(before: Watched | null, atMs: number): Watched | null {
  const hadTraffic = before !== null && before.begunAtMs !== null;
  return hadTraffic ? { ...before, takenBackAtMs: before.takenBackAtMs ?? atMs } : before;
}

function after(before: Watched | null, now: Now, atMs: number): Watched {
  const { releaseId, trafficPercent } = now;
  const bad = now.errors ?? before?.bad ?? 0;
  const isWorse = bad > (before?.bad ?? 0);
  const begunAtMs = before?.begunAtMs ?? (trafficPercent > 0 ? atMs : null);
  const isBack = begunAtMs !== null && trafficPercent === 0;
  return {
    releaseId,
    begunAtMs,
    takenBackAtMs: before?.takenBackAtMs ?? (isBack ? atMs : null),
    mostPercent: Math.max(before?.mostPercent ?? 0, trafficPercent),
    firstBadAtMs: before?.firstBadAtMs ?? (isWorse ? atMs : null),
    lastBadAtMs: isWorse ? atMs : (before?.lastBadAtMs ?? null),
    bad,
  };
}
