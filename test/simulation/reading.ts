import type { Standing } from '../../src/platform/platform.ts';
import { EPOCH_MS } from './database.ts';
import { type Ground, healthOf, type Release } from './ground.ts';

/** What can be read of a ground, as a platform says it; the intent of a stranger's release is marked for our own use. */
export function standing(ground: Ground, nowMs: number): Standing {
  const isShown = (release: Release) =>
    release.visibleAtMs <= nowMs && (release.goneAtMs === null || release.goneAtMs > nowMs);
  return {
    atMs: EPOCH_MS + nowMs,
    frontDoor: `sim://${ground.id}`,
    releases: ground
      .standing(nowMs)
      .filter(isShown)
      .map((release) => ({
        releaseId: release.releaseId,
        version: { name: release.version, commit: null },
        trafficPercent: release.trafficPercent,
        health: healthOf(release, nowMs),
        say: healthOf(release, nowMs),
        url: `sim://${ground.id}`,
        intentId: release.by === 'stranger' ? 'stranger' : release.intentId,
      })),
  };
}

export function withoutStrangersMark({ releases, ...standing }: Standing): Standing {
  return {
    ...standing,
    releases: releases.map((each) => ({
      ...each,
      intentId: each.intentId === 'stranger' ? null : each.intentId,
    })),
  };
}

export function counters(ground: Ground, nowMs: number, releaseId: string) {
  const release = ground.standing(nowMs).find((each) => each.releaseId === releaseId);
  if (release === undefined) return null;
  const requests = Math.floor(release.requests);
  return {
    atMs: EPOCH_MS + nowMs,
    requests,
    errors: Math.floor(release.errors),
    latencyBuckets: [
      { upToMs: 50, count: requests },
      { upToMs: Number.POSITIVE_INFINITY, count: requests },
    ],
    cpuPercent: 1,
    memoryMb: 40,
  };
}
