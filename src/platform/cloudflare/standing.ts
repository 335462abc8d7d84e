import type { Version } from '../../core/plan.ts';
import type { Standing, StandingRelease } from '../platform.ts';
import { isMarker } from './marker.ts';
import type { WorkerDeployment } from './schema.ts';

/** Percentages have two decimals (official description: 0.01), and floats do not. */
const ROUNDING = 0.005;

/** One row of the table that Cloudflare sends requests by. */
export type Row = { readonly versionId: string; readonly percent: number };

/**
 * The table that is in force: the first deployment of the list, because each one replaces the whole table. Null where
 * it is not one that we can read: another strategy, or shares that do not make a hundred.
 */
export function tableOf(deployments: readonly WorkerDeployment[]): readonly Row[] | null {
  const [serving] = deployments;
  if (serving === undefined) return [];
  const rows = serving.versions.map(({ version_id, percentage }) => ({
    versionId: version_id,
    percent: percentage,
  }));
  const sum = rows.reduce((total, { percent }) => total + percent, 0);
  const isWhole = Math.abs(sum - 100) < ROUNDING && rows.every(({ percent }) => percent >= 0);
  const isOnce = new Set(rows.map(({ versionId }) => versionId)).size === rows.length;
  return serving.strategy === 'percentage' && isWhole && isOnce ? rows : null;
}

/** Pure, so that it can be tried with anything that Cloudflare could say. */
export function standingOf(
  deployments: readonly WorkerDeployment[],
  nameOf: (versionId: string) => Version,
  { atMs, url }: { readonly atMs: number; readonly url: string | null },
): Standing {
  const [serving] = deployments;
  const table = tableOf(deployments);
  const release = ({ versionId, percent }: Row): StandingRelease => ({
    releaseId: versionId,
    version: nameOf(versionId),
    trafficPercent: percent,
    health: table === null ? 'unknown' : 'healthy',
    say: table === null ? sayStrange(serving) : sayRow(percent, serving),
    url: null,
    intentId: broughtBy(deployments, versionId),
  });
  return { atMs, frontDoor: url, releases: (table ?? strangeRows(serving)).map(release) };
}

/** What is shown of a table that cannot be read: each version once, with no more than can be true. */
function strangeRows(serving: WorkerDeployment | undefined): Row[] {
  const percents = new Map<string, number>();
  for (const { version_id, percentage } of serving?.versions ?? []) {
    percents.set(version_id, Math.min(100, Math.max(0, percentage)));
  }
  return [...percents].map(([versionId, percent]) => ({ versionId, percent }));
}

function sayStrange(serving: WorkerDeployment | undefined): string {
  const strategy = serving?.strategy.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 40);
  return strategy === 'percentage'
    ? 'Cloudflare tells shares that do not make 100 %'
    : `Cloudflare shares its traffic out by "${strategy}", which is not known here`;
}

function sayRow(percent: number, serving: WorkerDeployment | undefined): string {
  const since = serving?.created_on === undefined ? '' : ` since ${serving.created_on}`;
  return percent === 0 ? `in the deployment without traffic${since}` : `serves${since}`;
}

/** The marker of the deployment that brought a version into the table in which it still is; null for somebody else's. */
function broughtBy(deployments: readonly WorkerDeployment[], versionId: string): string | null {
  const until = deployments.findIndex(({ versions }) =>
    versions.every((each) => each.version_id !== versionId),
  );
  const brought = (until === -1 ? deployments : deployments.slice(0, until)).at(-1);
  const message = brought?.annotations?.['workers/message'];
  return message !== undefined && isMarker(message) ? message : null;
}
