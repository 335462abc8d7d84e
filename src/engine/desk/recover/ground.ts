import { Failed } from '../../../core/failure.ts';
import type { RunGround } from '../../../core/run-preview.ts';
import {
  type Chosen,
  isCarriedOut,
  isRedirect,
  longestMs,
  type RedirectStep,
  type Runbook,
  type RunbookStep,
  type RunPlan,
} from '../../../core/runbook.ts';
import type { EngineParts } from '../../parts.ts';
import { datastoreOf, signpostOf } from '../../recover/signpost.ts';
import { historyOf } from '../history.ts';
import { type Place, placeAt } from '../place.ts';

/**
 * For every step that deploys the last good version, from our own records, because the place itself may be gone; for one
 * that restores the moment; for one that redirects what it may change, which is where people are sent now.
 */
export async function chosenFor(
  parts: EngineParts,
  runbook: Runbook,
  isDrill: boolean,
  restoreToMs: number | null,
): Promise<Chosen[]> {
  const steps = runbook.steps.filter((step) => isCarriedOut(step, isDrill));
  const found = await Promise.all(
    steps.map(async (step): Promise<Chosen[]> => {
      const { name } = step;
      if (isRedirect(step)) return [{ step: name, version: await sentNow(parts, step) }];
      if (step.kind === 'restore') return [{ step: name, version: await pointOf(parts, step, restoreToMs) }];
      if (step.kind !== 'deploy') return [];
      const place = placeOrNull(parts, step.service, step.from);
      return [{ step: name, version: place === null ? null : await lastGoodOf(parts, place) }];
    }),
  );
  return found.flat();
}

async function sentNow(parts: EngineParts, step: RedirectStep): Promise<string | null> {
  try {
    return (await signpostOf(parts, step).look()).now;
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** The moment that was asked for, or the last one that there is. */
async function pointOf(
  parts: EngineParts,
  step: Extract<RunbookStep, { kind: 'restore' }>,
  restoreToMs: number | null,
): Promise<string | null> {
  if (restoreToMs !== null) return new Date(restoreToMs).toISOString();
  try {
    const points = await datastoreOf(parts, step).points();
    return points.can ? new Date(points.latestMs).toISOString() : null;
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
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
      ...unknown.map((step) => `${step}: ${unknownWords(runbook, step)}`),
      ...nobody.map((name) => `nobody can approve deployments to ${name}`),
      ...(isTight ? ['its steps together may take longer than the time to recover'] : []),
    ],
  };
}

function unknownWords({ steps }: Runbook, name: string): string {
  const step = steps.find((each) => each.name === name);
  if (step?.kind === 'restore') return 'will fail: no restore point is known';
  return step !== undefined && isRedirect(step)
    ? 'where people are sent now could not be read, and whatever it is then will be changed'
    : 'will fail: no good version is known';
}
