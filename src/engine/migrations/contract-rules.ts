import { isSameVersion } from '../../core/plan.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { duration } from '../../core/text.ts';
import type { Standing } from '../../platform/platform.ts';
import { servingOf } from '../desk/ground.ts';
import { historyOf } from '../desk/history.ts';
import type { Place } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';

/**
 * What older versions need is taken away only when none of them runs any more, and when the newest has run for so long
 * that nobody will want to go back.
 */
export async function refuseContract(
  parts: EngineParts,
  place: Place,
  standing: Standing,
): Promise<Refusal | null> {
  const older = olderIn(standing);
  if (older !== null) {
    return refuse(
      'target-held',
      [`${older} still runs at ${place.id}, and needs what these migrations take away.`],
      { next: ['Wait until it is gone, or take it away first.'] },
    );
  }
  const afterMs = place.service.migrations?.contractAfterMs ?? 0;
  const deployed = (await historyOf(parts.store, place)).filter(({ outcome }) => outcome === 'deployed');
  // Where all that is remembered is the same version again, it has run since the oldest of these at least.
  const last = deployed.find(({ before, version }) => before !== version) ?? deployed.at(-1);
  if (last === undefined) {
    return refuse(
      'target-held',
      [`Nobody remembers since when ${place.id} runs what it runs: it may still have to be taken back.`],
      { next: ['Deploy it from here once, and order this again when it has run for long enough.'] },
    );
  }
  const sinceMs = (await parts.store.nowMs()) - last.startedAtMs;
  if (sinceMs >= afterMs) return null;
  return refuse(
    'target-held',
    [
      `${place.service.name} ${last.version} was deployed ${duration(sinceMs)} ago, and may still have to be taken back: that is not possible once these migrations have been run.`,
    ],
    { next: [`Order it again in ${duration(afterMs - sinceMs)}.`] },
  );
}

/** The name of a version that is up beside the one that serves; null where there is none. */
export function olderIn(standing: Standing): string | null {
  const [serving] = servingOf(standing);
  const older = standing.releases.find(
    ({ health, version }) =>
      health !== 'gone' && (serving === undefined || !isSameVersion(version, serving.version)),
  );
  return older?.version.name ?? null;
}
