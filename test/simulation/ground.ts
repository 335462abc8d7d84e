import type { Share } from '../../src/platform/platform.ts';
import type { TrueRelease } from './history.ts';
import type { Random } from './random.ts';

/** How a version behaves once it is started. */
export const versions = {
  v1: 'good',
  v2: 'good',
  v3: 'good',
  'v-crash': 'crash',
  'v-never': 'never',
  'v-errors': 'errors',
  'v-ill': 'ill',
  'v-late': 'late',
  'v-broken': 'broken',
  // Whoever calls for the first, or reads the numbers of the second, ends.
  'v-poison': 'good',
  'v-toxic': 'good',
  hotfix: 'good',
} as const;
export type VersionName = keyof typeof versions;

const REQUESTS_PER_SECOND = 30;
/** Of its requests, so many fail; that of one version only when it has had traffic for a while. */
const errorShares: Partial<Record<(typeof versions)[VersionName], number>> = {
  errors: 0.2,
  late: 0.5,
  broken: 1,
};
const LATE_AFTER_MS = 7_000;
const ILL_AFTER_MS = 4_000;

export type Release = {
  readonly releaseId: string;
  readonly version: VersionName;
  readonly intentId: string | null;
  readonly by: 'slipway' | 'stranger';
  readonly bornAtMs: number;
  readonly visibleAtMs: number;
  readonly startMs: number;
  /** When it is gone; null while nobody has asked for that. */
  goneAtMs: number | null;
  trafficPercent: number;
  firstTrafficAtMs: number | null;
  requests: number;
  errors: number;
  /** What it had counted at moments between which nothing changed. */
  readonly marks: Mark[];
};

type Mark = { readonly atMs: number; readonly requests: number; readonly errors: number };

/** One place where one service runs: what is so, whoever did it. It does what it is told, and nothing nonsensical. */
export type Ground = {
  readonly id: string;
  release(nowMs: number, wanted: Wanted): Release;
  /** Comes up, and takes the place of everything else as soon as it is healthy; a later one calls it off. */
  replace(nowMs: number, wanted: Wanted): Release;
  /** Null when taken, or why not. */
  route(nowMs: number, shares: readonly Share[], effectiveInMs: number): Refused | null;
  retire(nowMs: number, releaseId: string, drainMs: number): Refused | null;
  standing(nowMs: number): readonly Release[];
  truth(nowMs: number): readonly TrueRelease[];
  /** What a release had counted by then, in whole requests. */
  countedAt(releaseId: string, atMs: number): { readonly requests: number; readonly errors: number };
  /** Moments at which somebody else than we did something here. */
  readonly meddledAtMs: number[];
};

export type Wanted = {
  readonly version: VersionName;
  readonly intentId: string | null;
  readonly by: Release['by'];
  readonly startMs: number;
  readonly visibleInMs: number;
};

export type Refused = { readonly code: 'rejected' | 'not-found' | 'conflict'; readonly say: string };

export function openGround(id: string, random: Random): Ground {
  const releases = new Map<string, Release>();
  let coming: { atMs: number; shares: ReadonlyMap<string, number> }[] = [];
  let countedToMs = 0;
  let replacing: Release | null = null;

  function count(untilMs: number): void {
    const seconds = (untilMs - countedToMs) / 1_000;
    countedToMs = untilMs;
    if (seconds <= 0) return;
    for (const release of releases.values()) {
      if (release.trafficPercent === 0) continue;
      const badAtMs = versions[release.version] === 'late' ? lateAtMs(release) : 0;
      if (badAtMs > untilMs - seconds * 1_000 && badAtMs < untilMs) {
        serve(release, badAtMs, (badAtMs - untilMs) / 1_000 + seconds, 0);
        serve(release, untilMs, (untilMs - badAtMs) / 1_000, errorShares.late ?? 0);
      } else {
        const share = badAtMs >= untilMs ? 0 : (errorShares[versions[release.version]] ?? 0);
        serve(release, untilMs, seconds, share);
      }
    }
  }
  /** Lets everything happen that has come due. */
  function until(nowMs: number): void {
    while (coming[0] !== undefined && coming[0].atMs <= nowMs) {
      const { atMs, shares } = coming[0];
      coming = coming.slice(1);
      count(atMs);
      for (const release of releases.values()) {
        release.trafficPercent = shares.get(release.releaseId) ?? 0;
        if (release.trafficPercent > 0) release.firstTrafficAtMs ??= atMs;
      }
    }
    takeOver(nowMs);
    count(nowMs);
  }
  /** What replaces gets everything at the moment when it is healthy, and what was before it is gone. */
  function takeOver(nowMs: number): void {
    const next = replacing;
    if (next === null) return;
    const atMs = next.bornAtMs + next.startMs;
    if (next.goneAtMs !== null || (nowMs >= atMs && healthOf(next, atMs) === 'gone')) replacing = null;
    else if (nowMs >= atMs && healthOf(next, atMs) === 'healthy') {
      replacing = null;
      count(Math.max(atMs, countedToMs));
      for (const release of releases.values()) {
        if (release === next) continue;
        release.trafficPercent = 0;
        release.goneAtMs ??= atMs;
      }
      next.trafficPercent = 100;
      next.firstTrafficAtMs = atMs;
    }
  }
  function add(nowMs: number, wanted: Wanted): Release {
    const release: Release = {
      releaseId: `r${releases.size + 1}-${random.int(100, 999)}.${id}`,
      version: wanted.version,
      intentId: wanted.intentId,
      by: wanted.by,
      bornAtMs: nowMs,
      visibleAtMs: nowMs + wanted.visibleInMs,
      startMs: wanted.startMs,
      goneAtMs: null,
      trafficPercent: 0,
      firstTrafficAtMs: null,
      requests: 0,
      errors: 0,
      marks: [],
    };
    releases.set(release.releaseId, release);
    return release;
  }
  return {
    id,
    meddledAtMs: [],
    release(nowMs, wanted) {
      until(nowMs);
      return add(nowMs, wanted);
    },
    replace(nowMs, wanted) {
      until(nowMs);
      if (replacing !== null) replacing.goneAtMs = nowMs;
      replacing = add(nowMs, wanted);
      return replacing;
    },
    route(nowMs, shares, effectiveInMs) {
      until(nowMs);
      const refused = refuseShares(nowMs, shares, releases);
      if (refused !== null) return refused;
      const atMs = Math.max(nowMs + effectiveInMs, coming.at(-1)?.atMs ?? 0);
      coming.push({
        atMs,
        shares: new Map(shares.map(({ releaseId, trafficPercent }) => [releaseId, trafficPercent])),
      });
      until(nowMs);
      return null;
    },
    retire(nowMs, releaseId, drainMs) {
      until(nowMs);
      const release = releases.get(releaseId);
      if (release === undefined || release.goneAtMs !== null) return null;
      const willServe = coming.some(({ shares }) => (shares.get(releaseId) ?? 0) > 0);
      if (isLive(release, nowMs) && (release.trafficPercent > 0 || willServe)) {
        return { code: 'conflict', say: `${releaseId} still serves ${release.trafficPercent} %` };
      }
      release.goneAtMs = nowMs + drainMs;
      return null;
    },
    standing(nowMs) {
      until(nowMs);
      return [...releases.values()];
    },
    countedAt: (releaseId, atMs) => countedAt(releases.get(releaseId)?.marks ?? [], atMs),
    truth(nowMs) {
      until(nowMs);
      return [...releases.values()].map((release) => ({
        releaseId: release.releaseId,
        version: release.version,
        trafficPercent: release.trafficPercent,
        isLive: isLive(release, nowMs),
        isLeaving: release.goneAtMs !== null,
        by: release.by,
        intentId: release.intentId,
      }));
    },
  };
}

function lateAtMs({ firstTrafficAtMs }: Release): number {
  return (firstTrafficAtMs ?? Number.POSITIVE_INFINITY) + LATE_AFTER_MS;
}

function serve(release: Release, untilMs: number, seconds: number, errorShare: number): void {
  const { marks } = release;
  const served = (seconds * REQUESTS_PER_SECOND * release.trafficPercent) / 100;
  const sinceMs = untilMs - seconds * 1_000;
  if (marks.at(-1)?.atMs !== sinceMs)
    marks.push({ atMs: sinceMs, requests: release.requests, errors: release.errors });
  release.requests += served;
  release.errors += served * errorShare;
  marks.push({ atMs: untilMs, requests: release.requests, errors: release.errors });
}

/** Between two marks everything came evenly. */
function countedAt(marks: readonly Mark[], atMs: number): { requests: number; errors: number } {
  const before = marks.findLast((mark) => mark.atMs <= atMs);
  const after = marks.find((mark) => mark.atMs > atMs);
  if (before === undefined) return { requests: 0, errors: 0 };
  const part = after === undefined ? 0 : (atMs - before.atMs) / (after.atMs - before.atMs);
  const at = (counted: 'requests' | 'errors') =>
    // A hair more, so that what is whole stays whole.
    Math.floor(before[counted] + part * ((after?.[counted] ?? 0) - before[counted]) + 1e-6);
  return { requests: at('requests'), errors: at('errors') };
}

function refuseShares(
  nowMs: number,
  shares: readonly Share[],
  releases: ReadonlyMap<string, Release>,
): Refused | null {
  const total = shares.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
  if (total !== 100 && total !== 0) return { code: 'rejected', say: `the shares add up to ${total}` };
  for (const { releaseId, trafficPercent } of shares) {
    const release = releases.get(releaseId);
    if (release === undefined) return { code: 'not-found', say: `there is no ${releaseId}` };
    const isEnding = release.goneAtMs !== null || !isLive(release, nowMs);
    if (trafficPercent > 0 && isEnding) return { code: 'conflict', say: `${releaseId} has ended` };
  }
  return null;
}

export function isLive(release: Release, nowMs: number): boolean {
  return healthOf(release, nowMs) !== 'gone';
}

export function healthOf(release: Release, nowMs: number): 'starting' | 'healthy' | 'unhealthy' | 'gone' {
  const { goneAtMs, bornAtMs, startMs, firstTrafficAtMs } = release;
  if (goneAtMs !== null && nowMs >= goneAtMs) return 'gone';
  const isUp = nowMs >= bornAtMs + startMs;
  switch (versions[release.version]) {
    case 'never':
      return 'starting';
    case 'crash':
      return isUp ? 'gone' : 'starting';
    case 'ill':
      if (firstTrafficAtMs !== null && nowMs > firstTrafficAtMs + ILL_AFTER_MS) return 'unhealthy';
      return isUp ? 'healthy' : 'starting';
    default:
      return isUp ? 'healthy' : 'starting';
  }
}
