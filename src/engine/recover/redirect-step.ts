import { Failed } from '../../core/failure.ts';
import type { RedirectStep } from '../../core/runbook.ts';
import { refuseAsker } from './asker.ts';
import { callOnce, mayCallAgain } from './call-once.ts';
import { type Sent, signpostOf } from './signpost.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';

const ACTIVE_MAX = 100;

/**
 * Sends people where the step says, and reads it back. What is not what was seen when people approved it is changed only
 * after somebody has said so with a retry; what became of a lost call is looked for before anything is called again.
 */
export async function redirectStep(task: Task, step: RedirectStep): Promise<Performed | null> {
  const { parts, state } = task;
  const signpost = signpostOf(parts, step);
  const seen = await signpost.look();
  const { now, isThere } = seen;
  if (isThere) return arrived(task, seen, now);
  const notYet = mayCallAgain(state, await parts.store.nowMs());
  if (notYet !== null) return undecided(notYet);
  const refused =
    (await refuseAsker(task, step)) ?? (await refuseMoving(task, step)) ?? changedSince(task, step, now);
  if (refused !== null) return refused;
  const called = await callOnce(task, () => signpost.turn(now));
  if (called !== 'taken') return called;
  const after = await lookAfter(() => signpost.look());
  if (after === null || !after.isThere) return undecided('it was taken, and is not to be seen yet');
  return arrived(task, after, `${now} before, ${after.now} now`, true);
}

/** They are sent there; whether that serves them is another question. */
function arrived({ state }: Task, { note, lingersMs, down }: Sent, say: string, isCalled = false): Performed {
  if (down !== null) return undecided(`they are sent there, and ${down}`);
  const isOurs = isCalled || (state.calls ?? 0) > 0;
  return {
    ...performed('done', `${say}, read back${note}`),
    ...(isOurs && lingersMs > 0 ? { lingersMs } : {}),
  };
}

/** Not being able to look right after changes nothing about the call: it is looked at again. */
async function lookAfter<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

/** A deployment that shares the same traffic out would undo it, or be undone by it. */
async function refuseMoving(
  { parts }: Task,
  { service, environment }: RedirectStep,
): Promise<Performed | null> {
  const active = await parts.store.journal.list({ service, environment, isActive: true, limit: ACTIVE_MAX });
  const moving = active.find(({ isWaiting }) => !isWaiting);
  return moving === undefined
    ? null
    : undecided(`${moving.deploymentId} is on its way there: stop it, or wait`);
}

/** Whoever begins it once more has seen what it is now. */
function changedSince({ run, state }: Task, { name }: RedirectStep, now: string): Performed | null {
  const seen = run.chosen.find(({ step }) => step === name)?.version ?? null;
  const isOurs = (state.calls ?? 0) > 0 || state.attempts > 1;
  if (seen === null || seen === now || isOurs) return null;
  return performed(
    'failed',
    `people were sent ${seen} when this was planned, and are sent ${now} now: somebody changed it`,
  );
}
