import { z } from 'zod';
import { metricKind } from '../kind.ts';
import { Baseline, baselineOf, Query, usageVerdict } from './judge.ts';

/** How the pods of the new version fare, as the platform it runs on tells. It asks nobody itself. */
export const kubernetes = metricKind({
  id: 'kubernetes',
  summary: 'Restarts, CPU and memory of pods, as the platform tells them',
  Settings: z.strictObject({}),
  Query,
  open() {
    return {
      async verdict({ query, canary, site, nowMs }, cursor) {
        const { name: version } = canary.version;
        const usage = (await site.usage?.(canary.releaseId)) ?? null;
        if (usage === null) {
          return { kind: 'unknown', because: `nobody tells how the pods of ${version} fare`, cursor };
        }
        const known = Baseline.safeParse(cursor);
        const isOurs = known.success && known.data.releaseId === canary.releaseId;
        const baseline = isOurs ? known.data : baselineOf(canary.releaseId, usage);
        return { ...usageVerdict(version, query, baseline, usage, nowMs), cursor: baseline };
      },
    };
  },
});
