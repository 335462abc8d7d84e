import type { Intent, Share } from '../../platform.ts';
import { conflict } from '../changing.ts';
import type { Generation } from '../generations.ts';
import { templatePatch } from '../patches.ts';
import type { Place } from '../place.ts';
import { checkShares, notFound, rejected } from '../refusals.ts';
import { statusPatches } from './changes.ts';
import { shareAt, stagesOf } from './stages.ts';
import { isSeen, isUnderWay, type RolloutState, stableOf, wantedOf } from './standing.ts';

const LOOKS_MAX = 10;
const WAIT_MS = 500;

/**
 * Makes the Rollout want a kept template again. What is on its way is aborted first, so that its traffic goes at once;
 * the template has to follow, because after an abort the Rollout goes on wanting the bad one and stays Degraded.
 */
export async function putBack(
  name: string,
  state: RolloutState,
  kept: Generation,
  intent: Intent,
  { cluster, clock }: Place,
): Promise<void> {
  const isAborting = isUnderWay(state) && state.rollout.status?.abort !== true;
  if (isAborting) await cluster.patchRolloutStatus(name, statusPatches.abort);
  // Aborting has made it a newer object, and nothing else may have.
  const now = isAborting ? await cluster.rollout(name) : state.rollout;
  if (now.metadata.generation !== state.rollout.metadata.generation) {
    throw conflict(`the Rollout ${name} was changed by somebody else while it was aborted`);
  }
  await cluster.patchRollout(name, templatePatch(now, intent, kept));
  if (kept === stableOf(state)) return;
  // A new template begins its steps anew, and the controller forgets a promotion that came before it has seen that.
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (isSeen(await cluster.rollout(name)))
      return cluster.patchRolloutStatus(name, statusPatches.promoteFull);
    await clock.sleep(WAIT_MS);
  }
}

/** Leads a Rollout to a share, forward and one stage at a time, or back to nothing. */
export async function goTo(
  name: string,
  state: RolloutState,
  shares: readonly Share[],
  intent: Intent,
  place: Place,
): Promise<void> {
  const { rollout } = state;
  const [wanted, stable] = [wantedOf(state), stableOf(state)];
  refuseUnknown(name, state, shares);
  const percent = shares.find(({ releaseId }) => releaseId === wanted?.releaseId)?.trafficPercent ?? 0;
  if (!isUnderWay(state)) {
    if (percent === 100) return;
    throw rejected(
      `the Rollout ${name} has one version, which serves everybody and cannot be taken from them`,
    );
  }
  if (percent === 0) {
    if (stable === undefined) throw conflict(`the Rollout ${name} has nothing stable to go back to`);
    return putBack(name, state, stable, intent, place);
  }
  if (percent === 100) return place.cluster.patchRolloutStatus(name, statusPatches.promoteFull);
  return oneStage(name, rollout, percent, place);
}

function refuseUnknown(name: string, state: RolloutState, shares: readonly Share[]): void {
  const there = [wantedOf(state)?.releaseId, stableOf(state)?.releaseId];
  const unknown = shares.find(
    ({ releaseId, trafficPercent }) => trafficPercent > 0 && !there.includes(releaseId),
  );
  if (unknown !== undefined) throw notFound(`${unknown.releaseId} does not stand at the Rollout ${name}`);
}

async function oneStage(
  name: string,
  rollout: RolloutState['rollout'],
  percent: number,
  { cluster }: Place,
): Promise<void> {
  const { percents } = stagesOf(rollout);
  const now = shareAt(rollout, rollout.status?.currentStepIndex ?? 0);
  if (now === percent) return;
  const next = percents.find((each) => each > now);
  if (percent !== next) {
    const stops = percents.join(', ');
    throw rejected(
      `the Rollout ${name} is at ${now} % and goes on to ${next ?? 100} % next, of ${stops} %: forward, one at a time`,
    );
  }
  // Nothing to clear: it is on its way already, and clearing it twice would go two stages.
  if ((rollout.status?.pauseConditions ?? []).length === 0) return;
  await cluster.patchRolloutStatus(name, statusPatches.promote);
}

/** @throws {Failed} before anything is called, for shares that no Rollout could have */
export function checkRolloutShares(shares: readonly Share[]): void {
  checkShares(shares, 1);
  if (shares.every(({ trafficPercent }) => trafficPercent === 0)) {
    throw rejected('a Rollout always serves somebody: nothing can be given to nobody there');
  }
}
