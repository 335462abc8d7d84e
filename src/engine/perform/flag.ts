import { Failed } from '../../core/failure.ts';
import { type FlagState, isFlagAs, sayFlag } from '../../core/flag.ts';
import type { FlagService, FlagStanding } from '../../flag/flag.ts';
import { switchOver } from '../board/kill-switch.ts';
import { type Fate, send } from './effect.ts';
import { type FlagStep, serviceFor } from './flag-service.ts';
import { done, elapsedMs, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';
import { wasSent } from './stop.ts';

/**
 * Turns a flag to its share and reads it back; backward, to what it was when the plan was drawn. What somebody else has
 * made of it since is reported, never fought; what a kill switch has switched off stays off, and that is back enough. A
 * call of ours that was on its way when it was pulled may have come after it: that is turned off again.
 */
export async function turnFlagStep(scene: Scene<FlagStep>): Promise<Performed> {
  const { step, direction } = scene;
  // What this step never changed it need not take back: whoever changed it did not do so for us.
  if (direction === 'backward' && !scene.state().hasChanged) return done();
  const service = serviceFor(scene);
  const place = { key: step.key, environment: step.environment };
  const seen = await service.look(place);
  // Asked after the look: whoever pulls one from here on finds what is seen here, or what comes of it.
  const killed = await killedBy(scene);
  const isOursUp = killed !== null && seen.isOn && scene.state().hasChanged;
  const wanted = isOursUp ? offAgain(step) : wantedOf(step, direction);
  if (isFlagAs(seen, wanted)) return asWanted(scene, service);
  if (direction === 'forward') refuseKilled(killed);
  else if (!seen.isOn) return done();
  if (wasSent(scene)) return waitOrGiveUp(scene, `${step.key} was not ${sayFlag(wanted)}`);
  refuseStrangers(scene, seen);
  const call = async (intent: { readonly id: string }) => {
    const { requestedBy } = scene.hold.now().plan;
    const comment = `${requestedBy}, with ${scene.target.version.name} of ${scene.target.id}`;
    await service.set({ id: intent.id, comment }, place, wanted, seen.version);
    return { releaseId: null };
  };
  return (await send(scene, call)) ?? wait(0);
}

/**
 * Done, unless it is going back without having been told to: what we turned a moment ago may not be seen yet, and would
 * come up after we have gone.
 */
function asWanted(scene: Scene<FlagStep>, { writing }: FlagService): Performed {
  if (scene.direction === 'forward' || wasSent(scene) || !writing.can) return done();
  const leftMs = writing.settleMs - elapsedMs(scene);
  return leftMs > 0 ? wait(leftMs) : done();
}

/** Whether a call whose answer was lost has happened: it is as that call wanted it. */
export async function flagFate(scene: Scene<FlagStep>, direction: Scene['direction']): Promise<Fate> {
  const { step } = scene;
  const seen = await serviceFor(scene).look({ key: step.key, environment: step.environment });
  return isFlagAs(seen, wantedOf(step, direction)) ? { kind: 'found', releaseId: null } : { kind: 'absent' };
}

function wantedOf({ rolloutPercent, before }: FlagStep, direction: Scene['direction']): FlagState {
  return direction === 'forward' ? { isOn: true, rolloutPercent } : before;
}

/** It is not given back to those who had it before: nobody has it while the switch hangs. */
function offAgain({ before }: FlagStep): FlagState {
  return { ...before, isOn: false };
}

function refuseKilled(killed: string | null): void {
  if (killed !== null) throw refused('rejected', killed);
}

/** Why a kill switch keeps it off; null where none does. */
async function killedBy({ parts, step }: Scene<FlagStep>): Promise<string | null> {
  const killed = await switchOver(parts, { at: step.at, key: step.key, theirs: step.environment });
  if (killed === null) return null;
  return killed.isRead
    ? `${step.key} is switched off by the kill switch ${killed.id}`
    : `${step.key} may be switched off by the kill switch ${killed.id}, which this version of Slipway cannot read`;
}

/** Everything between what it was and what this plan makes of it is ours; half of a change in two calls too. */
function refuseStrangers({ hold, step, target }: Scene<FlagStep>, seen: FlagStanding): void {
  const ours = hold
    .now()
    .plan.steps.flatMap((each) =>
      each.kind === 'flag' &&
      each.key === step.key &&
      each.at === step.at &&
      each.environment === step.environment
        ? [each.rolloutPercent]
        : [],
    );
  const known = [step.before.rolloutPercent, ...ours];
  const isKnown = known.some((percent) => isFlagAs(seen, { isOn: seen.isOn, rolloutPercent: percent }));
  const hasTurned = seen.isOn || !step.before.isOn;
  if (isKnown && hasTurned) return;
  throw refused('conflict', `somebody else changed ${step.key} of ${target.id}: it is ${sayFlag(seen)}`);
}

function refused(code: 'conflict' | 'rejected', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
