import { Failed } from '../../../core/failure.ts';
import type { RunGround } from '../../../core/run-preview.ts';
import { type Chosen, isCarriedOut, longestMs, type Runbook, type RunPlan } from '../../../core/runbook.ts';
import type { EngineParts } from '../../parts.ts';
import { historyOf } from '../history.ts';
import { type Place, placeAt } from '../place.ts';

/** The last good version for every step that deploys, from our own records: the place itself may be gone. */
export function chosenFor(parts: EngineParts, runbook: Runbook, isDrill: boolean): Promise<Chosen[]> {
  const deploying = runbook.steps.flatMap((step) =>
    step.kind === 'deploy' && isCarriedOut(step, isDrill) ? [step] : [],
  );
  return Promise.all(
    deploying.map(async ({ name, service, from }) => {
      const place = placeOrNull(parts, service, from);
      return { step: name, version: place === null ? null : await lastGoodOf(parts, place) };
    }),
  );
}

/**
 * What the last deployment that went well left there; before the first one of ours, what was last seen to be healthy, or
 * is right now.
 */
async function lastGoodOf({ store }: EngineParts, place: Place): Promise<string | null> {
  const history = await historyOf(store, place);
  const good = history.find(({ outcome }) => outcome === 'deployed');
  if (good !== undefined) return good.version;
  const seen = (await store.targets.all()).find(({ id }) => id === place.id)?.seen ?? null;
  return servingOne(seen?.releases ?? []) ?? servingOne(await releasesNow(place));
}

type Serving = { readonly version: string; readonly trafficPercent: number; readonly health: string };

function servingOne(releases: readonly Serving[]): string | null {
  const healthy = releases.filter(({ health, trafficPercent }) => health === 'healthy' && trafficPercent > 0);
  return healthy.toSorted((a, b) => b.trafficPercent - a.trafficPercent)[0]?.version ?? null;
}

async function releasesNow({ site }: Place): Promise<Serving[]> {
  try {
    const { releases } = await site.look();
    return releases.map((release) => ({ ...release, version: release.version.name }));
  } catch (error) {
    if (error instanceof Failed) return [];
    throw error;
  }
}

function placeOrNull(parts: EngineParts, service: string, environment: string): Place | null {
  try {
    return placeAt(parts, service, environment);
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** What is to be known of the places before anybody says yes. */
export function groundFor(parts: EngineParts, { runbook, isDrill, chosen }: RunPlan): RunGround {
  const { environments } = parts.catalog();
  const deploysTo = new Set(
    runbook.steps.flatMap((step) =>
      step.kind === 'deploy' && isCarriedOut(step, isDrill) ? [step.environment] : [],
    ),
  );
  const guarded = environments.filter(({ name, isProtected }) => isProtected && deploysTo.has(name));
  const unknown = chosen.filter(({ version }) => version === null).map(({ step }) => step);
  const nobody = guarded.filter(({ approval }) => approval === null).map(({ name }) => name);
  const isTight = longestMs(runbook, isDrill) > runbook.rtoMs;
  return {
    protected: guarded.map(({ name }) => name),
    problems: [
      ...unknown.map((step) => `${step} will fail: no good version is known`),
      ...nobody.map((name) => `nobody can approve deployments to ${name}`),
      ...(isTight ? ['its steps together may take longer than the time to recover'] : []),
    ],
  };
}
