import type { Asked } from '../../src/metric/metric.ts';
import type { Site } from '../../src/platform/platform.ts';

/** Of whoever asks no place. */
const nowhere = new Proxy(
  {},
  {
    get: (_, name) => {
      throw new Error(`this source asked the place for ${String(name)}`);
    },
  },
) as Site;

/** v2 with a tenth of the traffic beside v1, as a source is asked about them. */
export function askedAt(nowMs: number, query: unknown, more: Partial<Asked> = {}): Asked {
  return {
    query,
    service: 'shop',
    environment: 'production',
    canary: { releaseId: 'rel-2', version: { name: 'v2', commit: 'b'.repeat(40) }, trafficPercent: 10 },
    stable: { releaseId: 'rel-1', version: { name: 'v1', commit: 'a'.repeat(40) }, trafficPercent: 90 },
    site: nowhere,
    nowMs,
    ...more,
  };
}
