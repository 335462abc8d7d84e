import { Failed } from '../../core/failure.ts';
import type { Arm } from '../metric.ts';
import type { Point } from '../windowed.ts';
import { startsOf, type Windows } from '../windows.ts';
import { scaled } from './by-dimension.ts';
import type { Rows, Wanted } from './client.ts';
import type { LoadBalancerQuery } from './settings.ts';

const NAMESPACE = 'AWS/ApplicationELB';
const CLASSES = ['2XX', '3XX', '4XX', '5XX'] as const;
/** Beyond this, statuses that are more than the requests are of other requests. */
const SURPLUS_MAX = 0.005;
/** And what so few of them do without an answer says nothing against the version before. */
const UNANSWERED_MAX = 0.02;

/** @throws {Failed} `unsupported` for a release that stands behind no arm with a target group */
export function groupOf({ releaseId, version }: Arm, { targetGroups }: LoadBalancerQuery): string {
  const arm = releaseId.slice(0, Math.max(0, releaseId.indexOf(':')));
  const group = Object.hasOwn(targetGroups, arm) ? targetGroups[arm] : undefined;
  if (group !== undefined) return group;
  const message = `nobody said which target group ${version.name} stands behind: it runs on ${arm === '' ? 'no arm' : `the arm ${arm}`}`;
  throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
}

export function wantedByGroup(
  { loadBalancer }: LoadBalancerQuery,
  arm: string,
  TargetGroup: string,
): readonly Wanted[] {
  const dimensions = { LoadBalancer: loadBalancer, TargetGroup };
  const common = { namespace: NAMESPACE, dimensions, stat: 'Sum', unit: null } as const;
  return [
    { ...common, id: `${arm}_requests`, metric: 'RequestCount' },
    ...CLASSES.map((each) => ({
      ...common,
      id: `${arm}_${each}`,
      metric: `HTTPCode_Target_${each}_Count`,
    })),
    { ...common, id: `${arm}_p95`, metric: 'TargetResponseTime', stat: 'p95', unit: 'Seconds' },
  ];
}

/**
 * A count of statuses has no point where it is zero, so that none of them alone says anything: what none of them
 * accounts for was not answered by any target, and has failed (AWS's documentation, "CloudWatch metrics for your
 * Application Load Balancer": `RequestCount` counts what a target was chosen for). Of the version before it that is not
 * believed: if it were numbers that are missing, the new one would look good beside it.
 */
export function pointsByGroup(
  query: LoadBalancerQuery,
  arm: 'canary' | 'stable',
  { byId, incomplete }: Rows,
  windows: Windows,
): readonly Point[] {
  const requests = byId.get(`${arm}_requests`) ?? new Map<number, number>();
  const isWhole = CLASSES.every((each) => !incomplete.includes(`${arm}_${each}`));
  const strays = [...requests.keys()].filter((time) => time < windows.fromMs || time >= windows.toMs);
  return [...startsOf(windows).filter((startMs) => requests.has(startMs)), ...strays].map((startMs) => {
    const all = requests.get(startMs) ?? null;
    const counts = CLASSES.map((each) => byId.get(`${arm}_${each}`)?.get(startMs) ?? null);
    return {
      startMs,
      requests: all,
      errors: isWhole ? errorsOf(all, counts, query.unanswered, arm) : null,
      latencyP95Ms: scaled(byId.get(`${arm}_p95`)?.get(startMs), 1_000),
    };
  });
}

/** @param counts of 2xx, 3xx, 4xx and 5xx */
export function errorsOf(
  requests: number | null,
  counts: readonly (number | null)[],
  unanswered: LoadBalancerQuery['unanswered'],
  arm: 'canary' | 'stable',
): number | null {
  if (requests === null || !counts.every((count) => count === null || (Number.isFinite(count) && count >= 0)))
    return null;
  if (requests > 0 && counts.every((count) => count === null)) return null;
  const failed = counts.at(-1) ?? 0;
  const answered = counts.slice(0, -1).reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (answered + failed > requests * (1 + SURPLUS_MAX) + 1) return null;
  if (unanswered === 'ignored') return failed;
  const missing = Math.max(0, requests - answered - failed);
  return arm === 'stable' && missing > requests * UNANSWERED_MAX ? null : failed + missing;
}
