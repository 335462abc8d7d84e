import { z } from 'zod';
import { readMark } from '../mark.ts';
import { oneLine, type Run, unknownVersion } from '../pipeline.ts';

export const WorkflowRun = z.object({
  id: z.int(),
  run_number: z.int(),
  event: z.string(),
  display_title: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  head_sha: z.string(),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type WorkflowRun = z.infer<typeof WorkflowRun>;

/** Words of `status` in GitHub's description; `completed` is judged by its conclusion. */
const waiting = new Map([
  ['queued', 'waits for a runner'],
  ['requested', 'waits for a runner'],
  ['pending', 'waits for another run to end'],
  ['waiting', 'waits for somebody to approve it at GitHub'],
]);

/** Words of `conclusion`. Whatever is not success has not deployed what it should. */
const ends = new Map<string, Pick<Run, 'stage' | 'say'>>([
  ['success', { stage: 'succeeded', say: 'its run succeeded' }],
  ['failure', { stage: 'ended', say: 'its run failed' }],
  ['cancelled', { stage: 'ended', say: 'its run was cancelled' }],
  ['timed_out', { stage: 'ended', say: 'its run took too long' }],
  ['startup_failure', { stage: 'ended', say: 'its run could not be started' }],
  ['skipped', { stage: 'ended', say: 'its run was skipped' }],
  ['action_required', { stage: 'ended', say: 'its run wants somebody to do something at GitHub' }],
  ['stale', { stage: 'ended', say: 'GitHub has given its run up' }],
  ['neutral', { stage: 'unknown', say: 'its run ended neither well nor badly' }],
]);

export function runOf(run: WorkflowRun): Run {
  const mark = readMark(run.display_title);
  const isPush = run.event === 'push' || run.event === 'release';
  const version = mark?.version ?? (isPush ? commitVersion(run.head_sha) : unknownVersion(run.run_number));
  return {
    id: String(run.id),
    mark,
    version,
    isVersionKnown: mark !== null || isPush,
    isByHand: run.event === 'workflow_dispatch',
    ...stageOf(run),
    url: run.html_url,
    startedAtMs: Date.parse(run.created_at),
    endedAtMs: run.status === 'completed' ? Date.parse(run.updated_at) : null,
  };
}

export function stageOf({
  status,
  conclusion,
}: Pick<WorkflowRun, 'status' | 'conclusion'>): Pick<Run, 'stage' | 'say'> {
  const waits = waiting.get(status ?? '');
  if (waits !== undefined) return { stage: 'queued', say: waits };
  if (status === 'in_progress') return { stage: 'running', say: 'its run is under way' };
  const end = status === 'completed' ? ends.get(conclusion ?? '') : undefined;
  const words = [status, conclusion].filter((word) => word !== null).join(' and ');
  return end ?? { stage: 'unknown', say: `GitHub says “${oneLine(words)}”, which we do not know` };
}

function commitVersion(commit: string) {
  return { name: commit.slice(0, 12), commit };
}
