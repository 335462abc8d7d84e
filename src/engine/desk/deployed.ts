import { replay } from '../../core/deployment.ts';
import { targetId } from '../../core/names.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import type { Deployed } from '../../gate/gate.ts';
import type { Store } from '../../store/store.ts';

const DEPLOYMENTS_MAX = 50;

/** What was deployed of a service in an environment and ended well, newest first, as far back as is looked. */
export async function deployedAt(
  { journal }: Pick<Store, 'journal'>,
  service: string,
  environment: string,
): Promise<readonly Deployed[]> {
  const summaries = await journal.list({ service, environment, isActive: null, limit: DEPLOYMENTS_MAX });
  const id = targetId(service, environment);
  const read = await Promise.all(
    summaries.map(async ({ deploymentId, isWaiting }) => {
      const entries = isWaiting ? [] : await journal.read(deploymentId, 0);
      if (entries.length === 0) return [];
      const { plan, outcome, startedAtMs, endedAtMs } = replay(entries);
      return plan.targets
        .filter((target) => target.id === id)
        .map(({ version, before }) => ({
          deploymentId,
          purpose: plan.purpose,
          outcome,
          startedAtMs,
          endedAtMs,
          version,
          before: before?.version ?? null,
        }));
    }),
  );
  return deployedFrom(read.flat());
}

/** One deployment at the place, whatever became of it. */
export type Told = {
  readonly deploymentId: string;
  readonly purpose: 'deploy' | 'roll-back';
  readonly outcome: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly version: Version;
  readonly before: Version | null;
};

/** Those that ended well, with what came of them afterwards. `told` is newest first. */
export function deployedFrom(told: readonly Told[]): Deployed[] {
  return told.flatMap((each, index) => {
    const { deploymentId, version, endedAtMs } = each;
    if (each.outcome !== 'deployed' || endedAtMs === null) return [];
    const later = told.slice(0, index);
    const next = later.filter(({ version: other }) => !isSameVersion(other, version)).at(-1);
    return [
      {
        deploymentId,
        version,
        endedAtMs,
        untilMs: next?.startedAtMs ?? null,
        isTakenBack: later.some((other) => tookBack(other, version)),
      },
    ];
  });
}

/** By an order of its own, or because it was tried there again and did not hold. */
function tookBack({ purpose, outcome, before, version: tried }: Told, version: Version): boolean {
  if (outcome === 'rolled-back') return purpose === 'deploy' && isSameVersion(tried, version);
  const isBack = purpose === 'roll-back' && outcome === 'deployed';
  return isBack && before !== null && isSameVersion(before, version);
}
