import type { Around, Asked } from '../../src/metric/metric.ts';
import type { Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';

/** What a source of numbers is given in a test: the real door and clock, and one secret whatever it asks for. */
export function metricAround(secret: string, more: Partial<Around> = {}): Around {
  const { door, secret: read, redact, clock } = aroundWith(secret);
  return { door, secret: read, redact, clock, ...more };
}

/** Two versions side by side. */
export function askedFor(query: unknown, more: Partial<Asked> = {}): Asked {
  return {
    query,
    service: 'api',
    environment: 'production',
    canary: { releaseId: 'r-2', version: { name: 'v2', commit: null }, trafficPercent: 50 },
    stable: { releaseId: 'r-1', version: { name: 'v1', commit: null }, trafficPercent: 50 },
    site: {} as Site,
    nowMs: Date.now(),
    ...more,
  };
}
