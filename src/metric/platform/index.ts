import { z } from 'zod';
import type { Counters } from '../../platform/platform.ts';
import { metricKind } from '../kind.ts';
import { countsAt, limitsOfBoth } from '../limits.ts';
import type { Arm, Asked } from '../metric.ts';
import { readOn } from '../read-on.ts';
import { type ArmTotals, totalsOf } from '../totals.ts';

/** What one copy of it may use, where use of memory shall be judged. */
const Query = z.strictObject({
  memoryMbMax: z
    .number()
    .positive()
    .optional()
    .describe('What one copy may use, for memory in percent. Left out: memory is not judged.'),
});

/** Where the service runs: what the platform, or the router before it, counts for each release. Always there. */
export const platform = metricKind({
  id: 'platform',
  summary: 'What the place itself counts for each release',
  Settings: z.strictObject({}),
  Query,
  open() {
    return {
      async read(asked, cursor) {
        const { memoryMbMax } = asked.query;
        const [canary, stable] = await Promise.all([
          countersOf(asked, asked.canary),
          countersOf(asked, asked.stable),
        ]);
        const histograms = (counters: Counters | null) => (counters === null ? [] : [histogramOf(counters)]);
        const { limitsMs, gaps } = limitsOfBoth(histograms(canary), histograms(stable));
        const totals = (counters: Counters | null) =>
          counters === null ? null : armOf(counters, limitsMs, memoryMbMax);
        const counted = { latencyLimitsMs: limitsMs, canary: totals(canary), stable: totals(stable) };
        const readings = readOn(asked, cursor, counted);
        return { ...readings, gaps: [...gaps, ...readings.gaps] };
      },
    };
  },
});

async function countersOf({ site }: Asked, arm: Arm | null): Promise<Counters | null> {
  return arm === null ? null : site.measure(arm.releaseId);
}

function histogramOf({ latencyBuckets }: Counters): Map<number, number> {
  return new Map(latencyBuckets.map(({ upToMs, count }) => [upToMs, count]));
}

/** The place counts for the release as a whole: all its copies are one. */
function armOf(counters: Counters, limitsMs: readonly number[], memoryMbMax: number | undefined): ArmTotals {
  const { atMs, requests, errors, cpuPercent, memoryMb } = counters;
  const latency = countsAt(limitsMs, histogramOf(counters));
  const memoryPercent =
    memoryMb === null || memoryMbMax === undefined ? null : (100 * memoryMb) / memoryMbMax;
  return {
    atMs,
    pods: new Map([['release', totalsOf({ requests, errors, latency })]]),
    use: { cpuPercent, memoryPercent, memoryMb, latencyP95Ms: null },
  };
}
