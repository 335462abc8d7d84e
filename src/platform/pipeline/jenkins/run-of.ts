import { z } from 'zod';
import { readMark } from '../mark.ts';
import { oneLine, type Run, unknownVersion } from '../pipeline.ts';
import type { Address } from './address.ts';

/** From Jenkins' own pages about its remote API; it publishes no description that a program could read. */
const Actions = z.array(
  z.object({ parameters: z.array(z.object({ name: z.string(), value: z.unknown() })).optional() }).nullable(),
);
export const Build = z.object({
  number: z.int(),
  queueId: z.int(),
  building: z.boolean(),
  result: z.string().nullable(),
  timestamp: z.number(),
  duration: z.number(),
  url: z.string(),
  actions: Actions,
});
export type Build = z.infer<typeof Build>;
export const QueueItem = z.object({
  id: z.int(),
  inQueueSince: z.number(),
  why: z.string().nullish(),
  task: z.object({ url: z.string().optional() }).nullish(),
  actions: Actions,
});
export type QueueItem = z.infer<typeof QueueItem>;

const results = new Map<string, Pick<Run, 'stage' | 'say'>>([
  ['SUCCESS', { stage: 'succeeded', say: 'its build succeeded' }],
  ['UNSTABLE', { stage: 'ended', say: 'its build is unstable' }],
  ['FAILURE', { stage: 'ended', say: 'its build failed' }],
  ['NOT_BUILT', { stage: 'ended', say: 'its build was not carried out' }],
  ['ABORTED', { stage: 'ended', say: 'its build was aborted' }],
]);

export function stageOf({
  building,
  result,
}: Pick<Build, 'building' | 'result'>): Pick<Run, 'stage' | 'say'> {
  if (building) return { stage: 'running', say: 'its build is under way' };
  const known = results.get(result ?? '');
  return (
    known ?? { stage: 'unknown', say: `Jenkins says “${oneLine(result ?? 'nothing')}”, which we do not know` }
  );
}

/** Both are called by their place in the queue, which a build keeps: so its name is known before it has a number. */
export function idOf(queueId: number): string {
  return `queue-${queueId}`;
}

export function runOfBuild(build: Build, address: Address): Run | null {
  const { building, timestamp, duration, url, number, queueId } = build;
  return withValues(build.actions, address, number, {
    id: idOf(queueId),
    isByHand: true,
    ...stageOf(build),
    url,
    startedAtMs: timestamp,
    endedAtMs: building ? null : timestamp + duration,
  });
}

export function runOfItem(item: QueueItem, address: Address): Run | null {
  return withValues(item.actions, address, item.id, {
    id: idOf(item.id),
    isByHand: true,
    stage: 'queued',
    say: oneLine(item.why ?? 'waits for its turn'),
    url: null,
    startedAtMs: item.inQueueSince,
    endedAtMs: null,
  });
}

/** Null for what the same job does for another place. */
function withValues(
  actions: z.infer<typeof Actions>,
  { markParameter, versionParameter, parameters }: Address,
  number: number,
  rest: Omit<Run, 'mark' | 'version' | 'isVersionKnown'>,
): Run | null {
  const given = actions.flatMap((action) => action?.parameters ?? []);
  const values = new Map(given.map(({ name, value }) => [name, String(value ?? '')]));
  const mark = readMark(values.get(markParameter) ?? '');
  const isHere = Object.entries(parameters).every(([name, value]) => values.get(name) === value);
  if (mark === null && !isHere) return null;
  const name = oneLine(values.get(versionParameter) ?? '');
  return {
    ...rest,
    mark,
    version: mark?.version ?? (name === '' ? unknownVersion(number) : { name, commit: null }),
    isVersionKnown: mark !== null || name !== '',
  };
}
