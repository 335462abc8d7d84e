import { Failed } from '../../core/failure.ts';
import type { RunMove } from '../../core/run-move.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import { plain } from '../../core/text.ts';
import { putFreeze } from '../board/freeze.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { deployStep } from './deploy-step.ts';
import { redirectStep } from './redirect-step.ts';
import { restoreStep } from './restore-step.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';
import { verifyStep } from './verify-step.ts';

/**
 * Carries out a step, or looks how far it is; null where there is nothing new. Every part of it may be done again after
 * a crash: what was begun is found by its key.
 */
export async function performStep(
  parts: EngineParts,
  { step, ...task }: Omit<Task, 'parts'> & { readonly step: RunbookStep },
): Promise<RunMove | null> {
  if (step.kind === 'manual') return null;
  try {
    const done = await carryOut({ parts, ...task }, step);
    return done === null ? null : moveOf(step.name, done);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    // The world does not answer: it is asked again until the step is late.
    return moveOf(step.name, undecided(error.failure.message));
  }
}

function carryOut(
  task: Task,
  step: Exclude<RunbookStep, { kind: 'manual' }>,
): Promise<Performed | null> | Performed {
  switch (step.kind) {
    case 'deploy':
      return deployStep(task, step);
    case 'verify':
      return verifyStep(task, step);
    case 'freeze':
      return freezeStep(task, step);
    case 'announce':
      return performed('done', 'said where it is announced');
    case 'restore':
      return restoreStep(task, step);
    default:
      return redirectStep(task, step);
  }
}

function moveOf(step: string, done: Performed): RunMove {
  if (done.kind === 'settle') return { ...done, step, by: null, lossMs: done.lossMs ?? null };
  return { ...done, step };
}

/** In the name of whoever asked for the run, with their right to freeze. */
async function freezeStep(
  task: Task,
  { scope, name }: Extract<RunbookStep, { kind: 'freeze' }>,
): Promise<Performed> {
  const { parts, id, run, state } = task;
  const actor = await parts.directory.look({ id: run.requestedBy, name: '' }, 'fresh');
  if (actor.kind === 'unknown') return undecided(`${run.requestedBy} could not be looked up`);
  const key = `run/${id}/${name}/${state.attempts}`;
  const visiting: Visiting = { parts, visitor: { actor, channel: null, key } };
  const reply = await putFreeze(visiting, {
    scope,
    window: { kind: 'open', fromMs: await parts.store.nowMs() },
    zone: 'UTC',
    reason: `${run.isDrill ? 'DRILL of ' : ''}${run.runbook.name}, ${id}`,
    isEmergency: !run.isDrill,
  });
  if (reply.kind === 'answer') return performed('done', 'it stays until somebody lifts it');
  const isThere = reply.code === 'nothing-to-do';
  return performed(isThere ? 'done' : 'failed', plain(reply.message));
}
