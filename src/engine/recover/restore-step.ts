import { hashOf } from '../../core/canonical.ts';
import { Run } from '../../core/run.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import { duration } from '../../core/text.ts';
import type { Datastore } from '../../platform/restoring.ts';
import { refuseAsker } from './asker.ts';
import { callOnce } from './call-once.ts';
import { datastoreOf } from './signpost.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';
import { RUN } from './told.ts';

type RestoreStep = Extract<RunbookStep, { kind: 'restore' }>;

/** So long after the call it must have been seen to be restored, or nobody can tell whether it ever was. */
const SEEN_MS = 120_000;
const RUNS_MAX = 200;

/**
 * Restores a datastore to the moment that was approved. Twice is not once: it is called again only when the platform has
 * said that nothing was changed, or when a person says so.
 */
export async function restoreStep(task: Task, step: RestoreStep): Promise<Performed | null> {
  const { parts, run, state } = task;
  const point = run.chosen.find((chosen) => chosen.step === step.name)?.version ?? null;
  if (point === null)
    return performed('failed', 'no restore point was known when this was planned: restore by hand');
  const toMs = Date.parse(point);
  const datastore = datastoreOf(parts, step);
  if (state.effect !== undefined) return watch(task, datastore, toMs);
  const { state: how, say } = await datastore.look();
  if (how === 'restoring') return undecided(`somebody restores it already: ${say}`);
  const refused =
    (await refuseAsker(task, step)) ??
    (await refuseOther(task, step)) ??
    (await refusePoint(datastore, toMs));
  if (refused !== null) return refused;
  const called = await callOnce(task, () => datastore.restore(toMs));
  return called === 'taken' ? undecided(`the order to restore to ${point} was taken`) : called;
}

/** What is being restored does not say by whose order: another call of ours has to be settled before there is a second. */
async function refuseOther({ parts, id }: Task, step: RestoreStep): Promise<Performed | null> {
  const place = placeOf(step);
  const sheets = await parts.store.board.list({ kind: RUN, isOpen: true, limit: RUNS_MAX });
  for (const sheet of sheets) {
    const { data: run } = Run.safeParse(sheet.body);
    if (sheet.id === id || run === undefined) continue;
    const isCalled = run.runbook.steps.some(
      (each, at) => each.kind === 'restore' && run.steps[at]?.effect !== undefined && placeOf(each) === place,
    );
    if (isCalled) return undecided(`${sheet.id} has called for a restore of it, which is not settled yet`);
  }
  return null;
}

/** The same for the same datastore. */
function placeOf({ platform, address }: RestoreStep): string {
  return hashOf('slipway/datastore/v1', { platform, address });
}

async function refusePoint(datastore: Datastore, toMs: number): Promise<Performed | null> {
  const points = await datastore.points();
  if (!points.can) return performed('failed', points.say);
  const { earliestMs, latestMs } = points;
  if (toMs >= earliestMs && toMs <= latestMs) return null;
  const [from, until] = [earliestMs, latestMs].map((ms) => new Date(ms).toISOString());
  return performed(
    'failed',
    `it can be restored from ${from} until ${until}, and not to ${new Date(toMs).toISOString()}`,
  );
}

/** How the restore goes that was called for. */
async function watch({ parts, run, state }: Task, datastore: Datastore, toMs: number): Promise<Performed> {
  const { state: how, say } = await datastore.look();
  const { effect } = state;
  if (how === 'failed') return performed('failed', say);
  if (how === 'restoring') return { kind: 'note', say: `being restored: ${say}`, call: 'begun' };
  if (how === 'unknown') return undecided(say);
  if (effect?.hasBegun === true) return restored(run.askedAtMs, toMs);
  const leftMs = (effect?.sentAtMs ?? 0) + SEEN_MS - (await parts.store.nowMs());
  if (leftMs > 0) return undecided(`not seen to be restored yet: ${say}`);
  return performed(
    'failed',
    `nobody can tell whether it was restored: ${say}, and was never seen being restored. Look at its data`,
  );
}

/** What was lost is what was written after the point; when it became a disaster nobody knows better than who asked. */
function restored(askedAtMs: number, toMs: number): Performed {
  const lossMs = Math.max(0, askedAtMs - toMs);
  const note = `restored to ${new Date(toMs).toISOString()}: at most ${duration(lossMs)} before the run was asked for are lost`;
  return { kind: 'settle', how: 'done', note, lossMs };
}
