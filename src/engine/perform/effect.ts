import { Failed } from '../../core/failure.ts';
import { nameIntent } from '../../core/intent.ts';
import { isOpen } from '../../core/step-state.ts';
import type { Intent } from '../../platform/platform.ts';
import { flagSettleMs } from './flag-service.ts';
import { lookAgain, type Performed, type Scene, wait } from './scene.ts';

/** A call that gets lost this often in a row does not get through, or ends whoever makes it. */
export const LOST_MAX = 3;

/**
 * One mutating call, written down before it is made and after. Null when it is confirmed; otherwise what to do
 * instead. The answer of a call that may have happened is never guessed: the step waits, and `settle` finds out.
 * @throws {Failed} when the platform refused, which promises that nothing was changed.
 */
export async function send(
  scene: Scene,
  call: (intent: Intent) => Promise<{ readonly releaseId: string | null }>,
): Promise<Performed | null> {
  const { hold, step, direction } = scene;
  const { lost } = scene.state();
  if (lost >= LOST_MAX) {
    const message = `${lost} calls in a row were made and never arrived`;
    throw new Failed({ code: 'unavailable', message, retryAfterMs: null });
  }
  const effect = nameIntent(hold.deploymentId, step.id, direction, scene.state().effects + 1);
  const isWritten = await hold.writeNext([{ kind: 'effect-sent', step: step.id, effect }], direction);
  if (!isWritten) return lookAgain;
  await hold.beforeSend();
  try {
    const { releaseId } = await call({ id: effect, deploymentId: hold.deploymentId });
    await hold.writeFact({ kind: 'effect-settled', step: step.id, effect, how: 'confirmed', releaseId });
    return null;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    if (!mayHaveHappened(error)) {
      await hold.writeFact({
        kind: 'effect-settled',
        step: step.id,
        effect,
        how: 'refused',
        releaseId: null,
      });
      throw error;
    }
    await hold.writeFact({ kind: 'effect-unknown', step: step.id, effect, because: error.message });
    return lookAgain;
  }
}

/** An answer that we cannot read does not say that nothing happened. */
function mayHaveHappened({ failure }: Failed): boolean {
  return failure.code === 'outcome-unknown' || failure.code === 'misunderstood';
}

/** Whether a call whose answer was lost has happened: `releaseId` where it made one. */
export type Fate =
  | { readonly kind: 'found'; readonly releaseId: string | null }
  | { readonly kind: 'absent' }
  /** It is being carried out at this moment. */
  | { readonly kind: 'not-yet'; readonly lookAfterMs: number }
  | { readonly kind: 'ambiguous'; readonly say: string };

/**
 * Finds out what became of the last call, when that is not known: after a crash, or after a lost answer. Null when
 * there is nothing open any more. Absence counts only when the platform was asked after it had had its time to show
 * the call: counted from when nobody could be making it any more, and by the database, because the clock of a machine
 * may be wrong by minutes.
 * @throws {Failed} `ambiguous` when only a person can tell.
 */
export async function settle(
  scene: Scene,
  fateOf: (intent: Intent) => Promise<Fate>,
): Promise<Performed | null> {
  const { hold, step, site, parts } = scene;
  const { effect } = scene.state();
  if (!isOpen(effect)) return null;
  if (effect.state === 'sent') {
    await hold.writeFact({
      kind: 'effect-unknown',
      step: step.id,
      effect: effect.id,
      because: 'Whoever sent it ended before the answer was written down',
    });
  }
  const askedAtMs = await parts.store.nowMs();
  const fate = await fateOf({ id: effect.id, deploymentId: hold.deploymentId });
  if (fate.kind === 'ambiguous') {
    throw new Failed({ code: 'ambiguous', message: fate.say, retryAfterMs: null });
  }
  if (fate.kind === 'not-yet') return wait(fate.lookAfterMs);
  if (fate.kind === 'absent') {
    const settleMs = flagSettleMs(scene) ?? (await site.capabilities()).once.settleMs;
    const unknownSinceMs = scene.state().effect?.sinceMs ?? askedAtMs;
    const leftMs = unknownSinceMs + settleMs - askedAtMs;
    if (leftMs > 0) return wait(leftMs);
  }
  await hold.writeFact({
    kind: 'effect-settled',
    step: step.id,
    effect: effect.id,
    how: fate.kind,
    releaseId: fate.kind === 'found' ? fate.releaseId : null,
  });
  return null;
}
