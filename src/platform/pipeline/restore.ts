import { Failed } from '../../core/failure.ts';
import type { Back, Intent } from '../platform.ts';
import { hasName, type Pipeline, type Run } from './pipeline.ts';
import { isSaidBy, type Proven } from './proof.ts';

/**
 * Calls off our own that are on their way, and runs the version of before again, unless it is proven to answer still, or
 * nothing of ours has begun to run since. What somebody else has started is theirs.
 * @param runs of this target, newest first
 */
export async function restore(
  pipeline: Pipeline,
  look: () => Promise<{ readonly runs: readonly Run[]; readonly proven: Proven }>,
  intent: Intent,
  back: Back,
  start: () => Promise<{ readonly releaseId: string }>,
): Promise<{ readonly releaseId: string }> {
  const before = await look();
  const under = before.runs.filter(
    ({ mark, stage }) =>
      mark !== null && mark.intentId !== intent.id && (stage === 'queued' || stage === 'running'),
  );
  for (const run of under) await pipeline.cancel(run);
  const { runs, proven } = under.length === 0 ? before : await look();
  const kept = runs.find(({ id, stage }) => id === back.releaseId && stage === 'succeeded');
  const hasBegun = runs.some((run) => run.id !== back.releaseId && hasRun(run, kept, under));
  const isProven = proven.kind === 'seen' && kept !== undefined && isSaidBy(back.version, proven.says);
  // Whatever was called off while it ran may have done half of its work.
  const isRunning = under.some(({ stage }) => stage === 'running');
  if (isProven && !isRunning) return { releaseId: back.releaseId };
  if (kept !== undefined && proven.kind === 'not-asked' && !hasBegun) return { releaseId: back.releaseId };
  refuseUnknown(runs, back);
  return start();
}

/** Whether it has done anything since the one that is to serve again; what was called off in the queue has not. */
function hasRun(run: Run, kept: Run | undefined, under: readonly Run[]): boolean {
  if (kept === undefined || run.startedAtMs < kept.startedAtMs) return false;
  return !under.some(({ id, stage }) => id === run.id && stage === 'queued');
}

/** @throws {Failed} `rejected` for what nobody could ask the pipeline for */
function refuseUnknown(runs: readonly Run[], { releaseId, version }: Back): void {
  const run = runs.find(({ id }) => id === releaseId);
  const isKnown = run === undefined ? hasName(version) : run.isVersionKnown;
  if (isKnown) return;
  const message = `it is not known what ${version.name} deployed, because it carries no mark of ours: deploy a version that you name`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}
