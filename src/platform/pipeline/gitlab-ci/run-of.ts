import { z } from 'zod';
import { readMark } from '../mark.ts';
import { oneLine, type Run } from '../pipeline.ts';
import type { Address } from './address.ts';

/** From GitLab's page about the pipelines API; it publishes no description that a program could read. */
export const FoundPipeline = z.object({
  id: z.int(),
  status: z.string(),
  source: z.string(),
  created_at: z.string(),
  updated_at: z.string().nullable(),
  web_url: z.string().nullish(),
  /** Where `workflow:name` gives it one. */
  name: z.string().nullish(),
});
export type FoundPipeline = z.infer<typeof FoundPipeline>;

export const Variables = z.array(z.object({ key: z.string(), value: z.string() }));

const stages = new Map<string, Pick<Run, 'stage' | 'say'>>([
  ['created', { stage: 'queued', say: 'its pipeline was made' }],
  ['waiting_for_resource', { stage: 'queued', say: 'its pipeline waits for another one to end' }],
  ['waiting_for_callback', { stage: 'running', say: 'its pipeline waits to be called back' }],
  ['preparing', { stage: 'queued', say: 'its pipeline gets ready' }],
  ['pending', { stage: 'queued', say: 'its pipeline waits for a runner' }],
  ['scheduled', { stage: 'queued', say: 'its pipeline waits for its time' }],
  ['running', { stage: 'running', say: 'its pipeline is under way' }],
  ['canceling', { stage: 'running', say: 'its pipeline is being cancelled' }],
  ['manual', { stage: 'running', say: 'its pipeline waits for somebody to go on by hand at GitLab' }],
  ['success', { stage: 'succeeded', say: 'its pipeline succeeded' }],
  ['failed', { stage: 'ended', say: 'its pipeline failed' }],
  ['canceled', { stage: 'ended', say: 'its pipeline was cancelled' }],
  ['skipped', { stage: 'ended', say: 'its pipeline was skipped' }],
]);

export function stageOf(status: string): Pick<Run, 'stage' | 'say'> {
  const known = stages.get(status);
  return known ?? { stage: 'unknown', say: `GitLab says “${oneLine(status)}”, which we do not know` };
}

/** Null for what is no deployment: a project has one file for everything that its pipelines do. */
export function runOf(
  pipeline: FoundPipeline,
  variables: ReadonlyMap<string, string>,
  address: Address,
): Run | null {
  const mark = readMark(pipeline.name ?? '') ?? readMark(variables.get(address.markVariable) ?? '');
  const name = variables.get(address.versionVariable) ?? '';
  const isHere = Object.entries(address.variables).every(([key, value]) => variables.get(key) === value);
  if (mark === null && (name === '' || !isHere)) return null;
  const { stage, say } = stageOf(pipeline.status);
  const isOver = stage === 'succeeded' || stage === 'ended';
  return {
    id: String(pipeline.id),
    mark,
    version: mark?.version ?? { name: oneLine(name), commit: null },
    isVersionKnown: true,
    isByHand: false,
    stage,
    say,
    url: pipeline.web_url ?? null,
    startedAtMs: Date.parse(pipeline.created_at),
    endedAtMs: isOver ? Date.parse(pipeline.updated_at ?? pipeline.created_at) : null,
  };
}
