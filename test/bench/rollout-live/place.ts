import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplesFolder } from '../../../src/local/index.ts';
import { seedSamples } from '../../../src/local/samples/index.ts';
import { startTraffic } from '../../../src/local/traffic/index.ts';
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
  /** It serves alone, or is gone for good. */
  readonly isOver: boolean;
};

const LOOK_EVERY_MS = 100;
const REQUESTS_PER_SECOND = 50;

export type Place = {
  /** The old version with all the traffic, and fifty requests a second. */
  begin(): Promise<void>;
  /** Follows the first release that was not there before. */
  follow(): Promise<Following>;
  /** Lets nothing run there any more. */
  end(): Promise<void>;
};

export type Following = { seen(): Watched | null; stop(): Promise<Watched | null> };

/** The platform of a program that runs at this home. */
export function openPlaces(home: string) {
  const platform = localPlatform({
    folder: join(home, 'local'),
    servicesFolder: samplesFolder,
    nowMs: Date.now,
  });
  return {
    place: (environment: string): Place => placeAt(platform, environment),
    close: () => platform.close(),
  };
}

function placeAt(platform: ReturnType<typeof localPlatform>, environment: string): Place {
  const service = 'api';
  const site = platform.site({ id: `${service}/${environment}`, address: { service } });
  const look = async () => (await site.look()).releases;
  let traffic: ReturnType<typeof startTraffic> | null = null;
  return {
    async begin() {
      const version = 'v1';
      await seedSamples(platform, { services: [service], environment, version, sleep, nowMs: Date.now });
      const urls = [await platform.urlOf({ service, environment })];
      const monotonicMs = () => performance.now();
      traffic = startTraffic({ urls, ratePerSecond: REQUESTS_PER_SECOND, monotonicMs });
    },
    async follow() {
      const known = new Set((await look()).map(({ releaseId }) => releaseId));
      return following(async () => {
        const releases = (await look()).filter(({ health }) => health !== 'gone');
        const release = releases.find(({ releaseId }) => !known.has(releaseId));
        if (release === undefined) return null;
        const { releaseId, trafficPercent } = release;
        const counters = await site.measure(releaseId);
        const isAlone = releases.length === 1 && trafficPercent === 100;
        return { releaseId, trafficPercent, isAlone, errors: counters?.errors ?? null };
      });
    },
    async end() {
      await traffic?.stop();
      const running = (await look()).filter(({ health }) => health !== 'gone');
      const intent = { id: `bench/${environment}`, deploymentId: 'bench' };
      await site.route(intent, []).catch(() => undefined);
      for (const { releaseId } of running) await site.retire(intent, releaseId).catch(() => undefined);
    },
  };
}

type Now = {
  readonly releaseId: string;
  readonly trafficPercent: number;
  readonly isAlone: boolean;
  readonly errors: number | null;
};

function following(look: () => Promise<Now | null>): Following {
  let seen: Watched | null = null;
  let isStopped = false;
  const running = (async () => {
    while (!isStopped) {
      const now = await look();
      seen = now === null ? gone(seen, Date.now()) : after(seen, now, Date.now());
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    seen: () => seen,
    async stop() {
      isStopped = true;
      await running;
      return seen;
    },
  };
}

/** A release that had traffic and is not there any more was taken back, however quickly it went. */
function gone(before: Watched | null, atMs: number): Watched | null {
  if (before === null) return null;
  const hadTraffic = before.begunAtMs !== null;
  return {
    ...before,
    isOver: true,
    takenBackAtMs: hadTraffic ? (before.takenBackAtMs ?? atMs) : before.takenBackAtMs,
  };
}

function after(before: Watched | null, now: Now, atMs: number): Watched {
  const { releaseId, trafficPercent, isAlone } = now;
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
    isOver: isAlone,
  };
}
