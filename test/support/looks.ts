import type { History, Look, Stretch } from '../../src/core/analysis/look.ts';
import type { JudgeSettings } from '../../src/core/analysis/settings.ts';

/** Requests that know nothing of each other: the plainest world that a judge can be asked about. */
export type Version = { readonly errorShare: number; readonly slowShare?: number; readonly requests: number };

export const LIMITS_MS = [50, 100, 250, 500, 1000];

export const settings: JudgeSettings = {
  falseAlarmPercent: 1,
  tolerated: { errorPoints: 0.05, latencyPercent: 8 },
  acceptable: { errorPoints: 1, latencyPercent: 25 },
  limits: [],
  business: [],
  stages: [
    { trafficPercent: 10, durationMs: 300_000 },
    { trafficPercent: 50, durationMs: 300_000 },
  ],
  lookEveryMs: 5000,
  warmUpMs: 30_000,
  mayPassEarly: true,
  requestsMin: 100,
};

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** How many of `of` happen. */
function drawn(next: () => number, of: number, share: number): number {
  let hits = 0;
  if (share > 0) for (let i = 0; i < of; i += 1) if (next() < share) hits += 1;
  return hits;
}

/** What one version does within a look: most requests take 100 to 250 ms, the slow ones 500 to 1000. */
export function stretch(next: () => number, { errorShare, slowShare = 0.02, requests }: Version): Stretch {
  const slow = drawn(next, requests, slowShare);
  const quick = drawn(next, requests - slow, 0.3);
  return {
    requests,
    errors: drawn(next, requests, errorShare),
    latency: [0, quick, requests - slow - quick, 0, slow, 0],
    latencyP95Ms: null,
    cpuPercent: 40,
    memoryPercent: 50,
    restarts: 0,
    business: {},
    pods: 2,
  };
}

export type Series = {
  readonly seed: number;
  readonly canary: Version;
  readonly stable: Version | null;
  readonly seconds?: number;
  readonly lookMs?: number;
  readonly stageIndex?: number;
};

/** One stage, look after look; its last one says that its time is over. */
export function looksOf({
  seed,
  canary,
  stable,
  seconds = 300,
  lookMs = 5000,
  stageIndex = 0,
}: Series): Look[] {
  const next = numbersFrom(seed);
  const count = Math.round((seconds * 1000) / lookMs);
  return Array.from({ length: count }, (_, i) => ({
    atMs: 1_000_000_000 + stageIndex * 3_600_000 + (i + 1) * lookMs,
    durationMs: lookMs,
    stage: {
      index: stageIndex,
      ageMs: (i + 1) * lookMs,
      trafficPercent: stable === null ? 100 : (100 * canary.requests) / (canary.requests + stable.requests),
      isOver: i + 1 === count,
    },
    canary: stretch(next, canary),
    stable: stable === null ? null : stretch(next, stable),
  }));
}

/** Ten minutes of four pods that are all alike. */
export function historyOf(seed: number, pod: Version): History {
  const next = numbersFrom(seed);
  return {
    latencyLimitsMs: LIMITS_MS,
    looks: Array.from({ length: 120 }, (_, i) => {
      const pods = Array.from({ length: 4 }, () => stretch(next, pod));
      const sum = (of: (each: Stretch) => number) => pods.reduce((total, each) => total + of(each), 0);
      return {
        atMs: 1_000_000_000 - (120 - i) * 5000,
        durationMs: 5000,
        fleet: {
          ...stretch(next, { errorShare: 0, requests: 0 }),
          requests: sum(({ requests }) => requests),
          errors: sum(({ errors }) => errors),
          latency: LIMITS_MS.concat(0).map((_, k) => sum(({ latency }) => latency?.[k] ?? 0)),
          pods: 4,
        },
        pods,
      };
    }),
  };
}
