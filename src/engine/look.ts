import type { ConfiguredTarget } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { targetId } from '../core/names.ts';
import type { Scope } from '../core/scope.ts';
import type { Seen, Sheet, TargetState } from '../store/store.ts';
import { closeForeign, noteForeign, openForeigns } from './board/foreign.ts';
import { keepSettings, type Trying } from './board/kept-settings.ts';
import { driftOf, markOf } from './drift.ts';
import type { EngineParts } from './parts.ts';

type Place = { readonly id: string; readonly scope: Scope; readonly target: ConfiguredTarget };

/** Reads from platforms what really runs, and keeps it with its age; tells what somebody else has deployed. */
export type Look = {
  /** @param only these targets; null: every one that is configured */
  around(only: ReadonlySet<string> | null): Promise<void>;
};

export function openLook(parts: EngineParts): Look {
  const trying: Trying = new Map();
  return { around: (only) => lookAround(parts, trying, only) };
}

async function lookAround(
  parts: EngineParts,
  trying: Trying,
  only: ReadonlySet<string> | null,
): Promise<void> {
  const places = placesOf(parts).filter(({ id }) => only === null || only.has(id));
  if (places.length === 0) return;
  const before = await statesOf(parts);
  const looked = await Promise.all(
    places.map(async (place) => {
      const seen = await lookAt(parts, place, before.get(place.id)?.seen ?? null);
      await parts.store.targets.saw(place.id, seen);
      return { place, seen };
    }),
  );
  const [after, open] = await Promise.all([statesOf(parts), openForeigns(parts)]);
  for (const { place, seen } of looked) {
    const known = {
      before: before.get(place.id),
      after: after.get(place.id),
      open: open.get(place.id),
      trying,
    };
    await noticed(parts, place, seen, known).catch((error: unknown) => {
      parts.log.warn({ target: place.id, error: String(error) }, 'what was seen could not be told');
    });
  }
}

function placesOf(parts: EngineParts): Place[] {
  return parts.catalog().services.flatMap(({ name, targets }) =>
    targets.map((target) => ({
      id: targetId(name, target.environment),
      scope: { service: name, environment: target.environment },
      target,
    })),
  );
}

async function statesOf({ store }: EngineParts): Promise<ReadonlyMap<string, TargetState>> {
  return new Map((await store.targets.all()).map((state) => [state.id, state]));
}

/** What could not be read keeps what was read last, and says why. */
async function lookAt(parts: EngineParts, { id, target }: Place, before: Seen | null): Promise<Seen> {
  try {
    const { atMs, releases } = await parts.siteOf({ ...target, id }).look();
    return {
      atMs,
      problem: null,
      releases: releases.map(({ releaseId, version, trafficPercent, health }) => ({
        releaseId,
        version: version.name,
        trafficPercent,
        health,
      })),
    };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { atMs: before?.atMs ?? 0, releases: before?.releases ?? [], problem: error.message };
  }
}

type Known = {
  readonly before: TargetState | undefined;
  readonly after: TargetState | undefined;
  readonly open: Sheet | undefined;
  readonly trying: Trying;
};

/**
 * A deployment of ours that ended while we were looking must not be taken for somebody else's: nothing is said soon
 * after one, nor of what was seen only once. A platform may be a moment behind itself.
 */
async function noticed(
  parts: EngineParts,
  { id, scope, target }: Place,
  seen: Seen,
  { before, after, open, trying }: Known,
): Promise<void> {
  if (seen.problem !== null || before === undefined || after === undefined) return;
  const drift = driftOf(after, seen);
  if (drift.kind === 'none') {
    if (open !== undefined) await closeForeign(parts, open);
    await keepSettings(parts, trying, { id, scope, target }, after);
  }
  if (drift.kind !== 'foreign' || (await isFresh(parts, after))) return;
  const earlier = before.seen?.problem === null ? driftOf(before, before.seen) : null;
  const isSeenTwice = earlier?.kind === 'foreign' && markOf(earlier.found) === markOf(drift.found);
  if (isSeenTwice) await noteForeign(parts, after, scope, drift);
}

/** Whether ours ended so lately that a platform may still show what was before it. */
async function isFresh({ store, patience }: EngineParts, { believed }: TargetState): Promise<boolean> {
  return believed !== null && (await store.nowMs()) - believed.sinceMs < 2 * patience.lookEveryMs;
}
