import { z } from 'zod';
import { type Verdict, worst } from '../../core/verdict.ts';
import type { CopyUsage, Usage } from '../../platform/platform.ts';
import { oneLine } from '../one-line.ts';

const Percent = z.number().min(1).max(100).optional();

/** What a target writes beside `from: <name>`. */
export const Query = z.strictObject({
  restartsMax: z
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('as often may its pods be started again while it is watched, all together'),
  memoryPercentMax: Percent.describe('of its limit, in any of its pods; left out: not looked at'),
  cpuPercentMax: Percent.describe('of its limit, the mean over its pods; left out: not looked at'),
});
export type Query = z.infer<typeof Query>;

/** More pods than this are not kept apart: what began anew before it was watched then counts. */
const PODS_MAX = 100;

/** How often each pod had been started again when watching began. */
export const Baseline = z.object({
  releaseId: z.string(),
  restarts: z.array(z.tuple([z.string(), z.number().int().nonnegative()])).max(PODS_MAX),
});
export type Baseline = z.infer<typeof Baseline>;

export function baselineOf(releaseId: string, { copies }: Usage): Baseline {
  return {
    releaseId,
    restarts: copies.slice(0, PODS_MAX).map(({ name, restarts }): [string, number] => [name, restarts]),
  };
}

/** metrics-server measures every 15 s, and what is older than this says nothing of now. */
const STALE_AFTER_MS = 120_000;
const AHEAD_MAX_MS = 30_000;

/** What was not measured, or too long ago, is not known. */
export function usageVerdict(
  version: string,
  query: Query,
  baseline: Baseline,
  usage: Usage,
  nowMs: number,
): Verdict {
  const { copies, say } = usage;
  const restarts = restartsVerdict(version, query, baseline, copies);
  if (restarts.kind === 'fail') return restarts;
  if (copies.length === 0) return { kind: 'unknown', because: `${version} has no pods` };
  const isOfNow = !copies.some((copy) => isOld(copy, nowMs));
  const why = say ?? 'not every pod has a limit and a measurement of now';
  const used = (percents: readonly (number | null)[], how: typeof Math.max) => {
    const known = percents.filter((percent) => percent !== null).filter(Number.isFinite);
    return isOfNow && known.length === percents.length ? how(...known) : null;
  };
  const memory = used(
    copies.map((copy) => copy.memoryPercent),
    Math.max,
  );
  const cpu = used(
    copies.map((copy) => copy.cpuPercent),
    meanOf,
  );
  return worst([
    restarts,
    limitVerdict(`memory of ${version}`, memory, query.memoryPercentMax, why),
    limitVerdict(`CPU of ${version}`, cpu, query.cpuPercentMax, why),
  ]);
}

function restartsVerdict(
  version: string,
  { restartsMax }: Query,
  { restarts }: Baseline,
  copies: readonly CopyUsage[],
): Verdict {
  const before = new Map(restarts);
  const anew = copies
    .map((copy) => ({ ...copy, times: Math.max(0, copy.restarts - (before.get(copy.name) ?? 0)) }))
    .filter(({ times }) => times > 0);
  const times = anew.reduce((sum, copy) => sum + copy.times, 0);
  if (times <= restartsMax) {
    const said = times === 0 ? 'never' : `no more than ${restartsMax} times`;
    return { kind: 'pass', because: `pods of ${version} were ${said} started again` };
  }
  const ends = [...new Set(anew.flatMap(({ lastEnd }) => lastEnd ?? []))];
  const why = ends.length === 0 ? '' : ` (${oneLine(ends.join(', '))})`;
  return { kind: 'fail', because: `pods of ${version} were started again ${times} times${why}` };
}

function limitVerdict(what: string, percent: number | null, max: number | undefined, why: string): Verdict {
  if (max === undefined) return { kind: 'pass', because: `the ${what} is not looked at` };
  if (percent === null) return { kind: 'unknown', because: `the ${what} is not known: ${why}` };
  const said = `the ${what} is at ${Math.round(percent)} % of its limit`;
  return percent > max
    ? { kind: 'fail', because: `${said}, and ${max} % are allowed` }
    : { kind: 'pass', because: said };
}

function isOld({ measuredAtMs }: CopyUsage, nowMs: number): boolean {
  return (
    measuredAtMs === null || nowMs - measuredAtMs > STALE_AFTER_MS || measuredAtMs - nowMs > AHEAD_MAX_MS
  );
}

function meanOf(...values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
