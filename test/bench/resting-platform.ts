import type { Capabilities } from '../../src/core/capability.ts';
import type { Address } from '../../src/engine/parts.ts';
import type { Counters, Share, Site } from '../../src/platform/platform.ts';

/**
 * A platform in memory that answers at once and on which everything stays well: what waits for it costs the worker
 * alone. Each site has one release from before, and takes one more; requests come in at ten a second.
 */
export function restingPlatform(nowMs: () => number): (target: Address) => Site {
  const sites = new Map<string, Site>();
  return ({ id }) => {
    const site = sites.get(id) ?? openSite(id, nowMs);
    sites.set(id, site);
    return site;
  };
}

export const oldRelease = (targetId: string) => `${targetId}-old`;

export const restingCapabilities: Capabilities = {
  staged: { can: true, how: {}, caveats: [] },
  traffic: { can: true, how: { kind: 'weights', stepPercent: 1, settleMs: 0 }, caveats: [] },
  rollback: {
    can: true,
    how: { kind: 'pointer', how: 'the version before gets its traffic back', horizon: 'always', leaves: [] },
    caveats: [],
  },
  logs: { can: true, how: { build: false, runtime: true, retention: 'none' }, caveats: [] },
  metrics: { can: true, how: { signals: ['requests', 'errors'], splitBy: 'version' }, caveats: [] },
  once: { kind: 'marker', settleMs: 0 },
};

function openSite(id: string, nowMs: () => number): Site {
  const versions = new Map([[oldRelease(id), 'v1']]);
  let shares: readonly Share[] = [{ releaseId: oldRelease(id), trafficPercent: 100 }];
  const bornAtMs = nowMs();
  return {
    capabilities: async () => restingCapabilities,
    versions: async () => [],
    async look() {
      const releases = [...versions].map(([releaseId, name]) => ({
        releaseId,
        version: { name, commit: null },
        trafficPercent: shares.find((share) => share.releaseId === releaseId)?.trafficPercent ?? 0,
        health: 'healthy' as const,
        say: 'it answers',
        url: null,
        intentId: null,
      }));
      return { atMs: nowMs(), frontDoor: null, releases };
    },
    async release(intent, version) {
      versions.set(intent.id, version.name);
      return { releaseId: intent.id };
    },
    async route(_intent, wanted) {
      shares = wanted;
    },
    async retire(_intent, releaseId) {
      versions.delete(releaseId);
    },
    find: async () => ({ kind: 'absent' }),
    logs: async () => [],
    measure: async (): Promise<Counters> => counters(nowMs(), nowMs() - bornAtMs),
  };
}

const LIMITS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, Number.POSITIVE_INFINITY];

function counters(atMs: number, ageMs: number): Counters {
  const requests = Math.floor(ageMs / 100);
  const latencyBuckets = LIMITS_MS.map((upToMs) => ({
    upToMs,
    count: Math.floor(requests * Math.min(1, upToMs / 250)),
  }));
  return { atMs, requests, errors: 0, latencyBuckets, cpuPercent: 3, memoryMb: 40 };
}
