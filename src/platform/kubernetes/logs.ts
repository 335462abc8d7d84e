import { Failed } from '../../core/failure.ts';
import type { LogLine, LogQuery } from '../platform.ts';
import type { Cluster } from './client.ts';
import type { Generation } from './generations.ts';
import { levelOf } from './level.ts';
import type { Place } from './place.ts';
import { podsOf } from './pods.ts';
import type { Pod } from './schema.ts';

/** Each is a call of its own. */
const PODS_MAX = 20;
const BYTES_MAX = 1_000_000;

export type Logged = {
  readonly generations: readonly Generation[];
  readonly pods: readonly Pod[];
  readonly container: string;
};

type Source = {
  readonly pod: string;
  readonly version: string;
  readonly container: string;
  readonly isBefore: boolean;
};

/**
 * What the containers of a service wrote, of the last run of each and, where one was started again, of the run before:
 * that is where a crash has its last words.
 */
export async function readLogs(
  { cluster, clock, redact }: Place,
  logged: readonly Logged[],
  query: LogQuery,
): Promise<LogLine[]> {
  const sources = logged.flatMap((each) => sourcesIn(each, query.releaseId));
  const sinceSeconds = Math.max(1, Math.ceil((clock.nowMs() - query.sinceMs) / 1_000));
  const lines = await Promise.all(
    sources.slice(0, PODS_MAX).map(async (source) => {
      const text = await logOf(cluster, source, { sinceSeconds, tailLines: tail(query) });
      return text.split('\n').flatMap((line) => lineOf(line, source.version, redact));
    }),
  );
  return lines
    .flat()
    .filter(({ atMs }) => atMs >= query.sinceMs)
    .filter(({ level }) => query.level === null || level === query.level)
    .filter(({ text }) => query.contains === null || text.includes(query.contains))
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-query.linesMax);
}

/** What is filtered here cannot be counted there. */
function tail({ linesMax, contains, level }: LogQuery): number {
  return contains === null && level === null ? linesMax : Math.max(linesMax, 2_000);
}

function sourcesIn({ generations, pods, container }: Logged, releaseId: string | null): Source[] {
  return generations
    .filter((generation) => releaseId === null || generation.releaseId === releaseId)
    .flatMap(({ replicaSet, version }) =>
      podsOf(replicaSet, pods).flatMap((pod) => {
        const source = { pod: pod.metadata.name, version: version.name, container };
        const status = pod.status.containerStatuses?.find(({ name }) => name === container);
        const restarts = status?.restartCount ?? 0;
        const before = restarts > 0 ? [{ ...source, isBefore: true }] : [];
        return [...before, { ...source, isBefore: false }];
      }),
    );
}

/** A container that has not begun, or a pod that has just gone, has no log: that is no failure of ours. */
async function logOf(
  cluster: Cluster,
  { pod, container, isBefore }: Source,
  limits: { readonly sinceSeconds: number; readonly tailLines: number },
): Promise<string> {
  try {
    return await cluster.log(pod, {
      container,
      timestamps: true,
      limitBytes: BYTES_MAX,
      ...limits,
      ...(isBefore ? { previous: true } : {}),
    });
  } catch (error) {
    const isNone =
      error instanceof Failed && (error.failure.code === 'rejected' || error.failure.code === 'not-found');
    if (isNone) return '';
    throw error;
  }
}

/** `2026-11-20T12:00:00.123456789Z what was written`; a line cut by the limit has no moment and is left out. */
function lineOf(line: string, version: string, redact: (text: string) => string): LogLine[] {
  const [, moment = '', text = ''] = /^(\S+) ?(.*)$/s.exec(line) ?? [];
  const atMs = Date.parse(moment);
  if (Number.isNaN(atMs)) return [];
  return [{ atMs, level: levelOf(text), version, text: redact(text) }];
}
