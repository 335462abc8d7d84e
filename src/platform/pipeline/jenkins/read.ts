import { z } from 'zod';
import type { Http } from '../../../http/door.ts';
import { path } from '../../../http/path.ts';
import type { Mark } from '../mark.ts';
import type { Run } from '../pipeline.ts';
import type { Address } from './address.ts';
import { Build, idOf, QueueItem, runOfBuild, runOfItem } from './run-of.ts';

const LISTED = { latest: 30, succeeded: 200 } as const;
const PARAMETERS = 'actions[parameters[name,value]]';
const BUILDS = `builds[number,queueId,building,result,timestamp,duration,url,${PARAMETERS}]`;
const ITEMS = `items[id,inQueueSince,why,task[url],${PARAMETERS}]`;

const Builds = z.object({ builds: z.array(Build) });
const Queue = z.object({ items: z.array(QueueItem) });
const LeftItem = z.object({ cancelled: z.boolean().optional() });

/** What was ordered here, by its place in the queue: who cancels it there leaves no build behind. */
export type Ordered = Map<string, { readonly mark: Mark; readonly atMs: number }>;

/** Jenkins forgets what has left its queue after five minutes. */
const LEFT_MS = 5 * 60_000;

/** What some jobs have built, and what of theirs waits. */
export function openReading(
  http: Http,
  jobs: readonly string[],
  address: Address,
  ordered: Ordered,
  nowMs: () => number,
) {
  const buildsOf = async (job: string, count: number) =>
    (await http.get(`${pathOf(job)}/api/json`, Builds, { tree: `${BUILDS}{0,${count}}` })).builds;

  async function inQueue(): Promise<(Run | null)[]> {
    const { items } = await http.get('/queue/api/json', Queue, { tree: ITEMS });
    const isOurs = ({ task }: QueueItem) => jobs.some((job) => isOfJob(task?.url ?? '', job));
    return items.filter(isOurs).map((item) => runOfItem(item, address));
  }
  /** Of what is neither built nor waiting any more: whether it was called off before it began. */
  async function cancelledInQueue(ids: ReadonlySet<string | undefined>): Promise<Run[]> {
    const gone = [...ordered].filter(([id, { atMs }]) => !ids.has(id) && nowMs() - atMs < LEFT_MS);
    const read = await Promise.all(
      gone.map(async ([id, { mark, atMs }]) => {
        const ask = { path: path`/queue/item/${id.replace(/^queue-/, '')}/api/json`, Answer: LeftItem };
        const { value } = await http.send({ method: 'GET', ...ask, okStatuses: [404] });
        return value?.cancelled === true ? cancelledRun(id, mark, atMs) : null;
      }),
    );
    return read.filter((run) => run !== null);
  }
  return {
    async runs(which: 'latest' | 'succeeded'): Promise<readonly Run[]> {
      // The queue first: what leaves it meanwhile is among the builds by then, and is one and the same.
      const waiting = which === 'latest' ? await inQueue() : [];
      const lists = await Promise.all(jobs.map((job) => buildsOf(job, LISTED[which])));
      const built = lists.flat().map((build) => runOfBuild(build, address));
      const ids = new Set(built.map((run) => run?.id));
      const there = [...waiting.filter((run) => !ids.has(run?.id)), ...built];
      const cancelled =
        which === 'latest' ? await cancelledInQueue(new Set(there.map((run) => run?.id))) : [];
      return [...there, ...cancelled]
        .filter((run) => run !== null)
        .filter(({ stage }) => which === 'latest' || stage === 'succeeded')
        .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
    },
    /** Jenkins knows builds by numbers, and we by their places in the queue; null while it is still there. */
    async placeOf(id: string): Promise<string | null> {
      const places = await Promise.all(
        jobs.map(async (job) => {
          const build = (await buildsOf(job, LISTED.latest)).find(({ queueId }) => idOf(queueId) === id);
          return build === undefined ? null : `${pathOf(job)}${path`/${build.number}`}`;
        }),
      );
      return places.find((place) => place !== null) ?? null;
    },
  };
}

function cancelledRun(id: string, mark: Mark, atMs: number): Run {
  return {
    id,
    mark,
    version: mark.version,
    isVersionKnown: true,
    isByHand: true,
    stage: 'ended',
    say: 'was cancelled while it waited in the queue',
    url: null,
    startedAtMs: atMs,
    endedAtMs: atMs,
  };
}

/** `shop/deploy` → `/job/shop/job/deploy`. */
export function pathOf(job: string): string {
  return job
    .split('/')
    .map((name) => path`/job/${name}`)
    .join('');
}

function isOfJob(url: string, job: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/$/, '').endsWith(pathOf(job));
}
