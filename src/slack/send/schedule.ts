import type { Lane, OutboxRow } from '../../store/store.ts';
import { type Bucket, type Rate, refilled, waitFor } from './budget.ts';

/**
 * What Slack bears, each method for itself, in one workspace (https://docs.slack.dev/apis/web-api/rate-limits):
 * chat.update is Tier 3, 50 and more a minute; chat.postMessage about one a second in each channel, and several
 * hundred a minute in all. In no minute there are more than rate and burst together: 45 edits.
 */
export const pace = {
  update: { perMinute: 36, burst: 9 },
  post: { perMinute: 200, burst: 20 },
  postInChannel: { perMinute: 50, burst: 3 },
  /** Of `update`, what only critical rows may use. */
  updateReserve: 2,
  editSpacingMs: 700,
  threadSpacingMs: 5_000,
  /** Nobody waits longer than this before asking again, so that what becomes critical meanwhile is soon seen. */
  waitMaxMs: 2_000,
} as const satisfies Record<string, Rate | number>;

export type Method = 'chat.update' | 'chat.postMessage';

/** What has been used up, as plain values; made anew by every `schedule`. */
export type Spent = {
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** By method: Slack has said to wait until then. */
  readonly blockedUntilMs: ReadonlyMap<Method, number>;
  /** By row key: when its message was last written. */
  readonly writtenAtMs: ReadonlyMap<string, number>;
  /** By deployment: when something was last posted in its thread. */
  readonly threadAtMs: ReadonlyMap<string, number>;
  /** By row key: who waits for an edit, and when they were last seen. */
  readonly queue: ReadonlyMap<string, Waiting>;
};

type Waiting = { readonly sinceMs: number; readonly seenMs: number };

export const nothingSpent: Spent = {
  buckets: new Map(),
  blockedUntilMs: new Map(),
  writtenAtMs: new Map(),
  threadAtMs: new Map(),
  queue: new Map(),
};

export type Scheduled = {
  readonly go: readonly OutboxRow[];
  readonly wait: readonly { readonly row: OutboxRow; readonly inMs: number }[];
  readonly spent: Spent;
};

export type Circumstances = {
  readonly nowMs: number;
  channelOf(row: OutboxRow): string;
  /** Whether it needs no call at all. */
  isFree(row: OutboxRow): boolean;
};

/** Which rows may be sent now, and how long the others wait. Pure: the same rows at the same time give the same answer. */
export function schedule(spent: Spent, rows: readonly OutboxRow[], circumstances: Circumstances): Scheduled {
  const budget = open(spent, circumstances.nowMs);
  const go: OutboxRow[] = [];
  const wait: { row: OutboxRow; inMs: number }[] = [];
  for (const row of inOrder(rows, spent)) {
    const inMs = circumstances.isFree(row) ? 0 : budget.ask(row, circumstances.channelOf(row));
    if (inMs === 0) go.push(row);
    else wait.push({ row, inMs });
  }
  return { go, wait, spent: budget.close() };
}

export function methodOf(row: OutboxRow): Method {
  return row.ref === null ? 'chat.postMessage' : 'chat.update';
}

const lanes: Record<Lane, number> = { critical: 0, report: 1, progress: 2 };

/** Critical first, then what was never shown, then who has waited longest, then what has not been touched for longest. */
function inOrder(rows: readonly OutboxRow[], { writtenAtMs, queue }: Spent): OutboxRow[] {
  const since = ({ key }: OutboxRow) => queue.get(key)?.sinceMs ?? Number.MAX_SAFE_INTEGER;
  return rows.toSorted(
    (a, b) =>
      lanes[a.lane] - lanes[b.lane] ||
      Number(a.ref !== null) - Number(b.ref !== null) ||
      since(a) - since(b) ||
      (writtenAtMs.get(a.key) ?? 0) - (writtenAtMs.get(b.key) ?? 0) ||
      a.id - b.id,
  );
}

/** A copy of what was spent, to spend from. */
function open(spent: Spent, nowMs: number) {
  const buckets = new Map(spent.buckets);
  const writtenAtMs = recent(spent.writtenAtMs, nowMs);
  const threadAtMs = recent(spent.threadAtMs, nowMs);
  const queue = stillThere(spent.queue, nowMs);

  /** Takes one token of each, or none at all, and says how long until there are some. */
  const takeAll = (wanted: readonly { name: string; rate: Rate; reserve: number }[]): number => {
    const found = wanted.map((want) => ({
      ...want,
      bucket: refilled(buckets.get(want.name), want.rate, nowMs),
    }));
    const waitMs = Math.max(...found.map(({ bucket, rate, reserve }) => waitFor(bucket, 1 + reserve, rate)));
    for (const { name, bucket } of found) {
      buckets.set(name, waitMs === 0 ? { ...bucket, tokens: bucket.tokens - 1 } : bucket);
    }
    return Math.min(waitMs, pace.waitMaxMs);
  };

  const ask = (row: OutboxRow, channel: string): number => {
    const method = methodOf(row);
    const blockedMs = (spent.blockedUntilMs.get(method) ?? 0) - nowMs;
    if (blockedMs > 0) return blockedMs;
    const spacingMs = spacing(row, writtenAtMs, threadAtMs, nowMs);
    if (spacingMs > 0) return spacingMs;
    const waitMs = takeAll(method === 'chat.update' ? [updates(row, queue, nowMs)] : posts(channel));
    if (waitMs > 0) {
      queue.set(row.key, { sinceMs: queue.get(row.key)?.sinceMs ?? nowMs, seenMs: nowMs });
      return waitMs;
    }
    queue.delete(row.key);
    writtenAtMs.set(row.key, nowMs);
    noteThread(row, threadAtMs, nowMs);
    return 0;
  };

  return { ask, close: (): Spent => ({ ...spent, buckets, writtenAtMs, threadAtMs, queue }) };
}

function noteThread({ content }: OutboxRow, threadAtMs: Map<string, number>, nowMs: number): void {
  if ('deploymentId' in content && content.kind !== 'card') threadAtMs.set(content.deploymentId, nowMs);
}

/** Besides the reserve, an edit is left for each one that has waited longer and is not here at this moment. */
function updates(row: OutboxRow, queue: ReadonlyMap<string, Waiting>, nowMs: number) {
  const sinceMs = queue.get(row.key)?.sinceMs ?? nowMs;
  const ahead = [...queue.values()].filter((other) => other.sinceMs < sinceMs).length;
  const reserve = row.lane === 'critical' ? 0 : Math.min(pace.updateReserve + ahead, pace.update.burst - 1);
  return { name: 'update', rate: pace.update, reserve };
}

function posts(channel: string) {
  return [
    { name: 'post', rate: pace.post, reserve: 0 },
    { name: `post ${channel}`, rate: pace.postInChannel, reserve: 0 },
  ];
}

/** Edits of one message keep apart, and so do lines of one thread; what is critical or new does not wait for that. */
function spacing(
  row: OutboxRow,
  writtenAtMs: ReadonlyMap<string, number>,
  threadAtMs: ReadonlyMap<string, number>,
  nowMs: number,
): number {
  if (row.content.kind === 'thread') {
    return (threadAtMs.get(row.content.deploymentId) ?? -pace.threadSpacingMs) + pace.threadSpacingMs - nowMs;
  }
  if (row.ref === null || row.lane === 'critical') return 0;
  return (writtenAtMs.get(row.key) ?? -pace.editSpacingMs) + pace.editSpacingMs - nowMs;
}

/** Who was told to wait comes back after `waitMaxMs`; who does not has been sent by somebody else, or given up. */
function stillThere(queue: ReadonlyMap<string, Waiting>, nowMs: number): Map<string, Waiting> {
  return new Map([...queue].filter(([, { seenMs }]) => nowMs - seenMs < 2 * pace.waitMaxMs));
}

const REMEMBERED_MS = 60_000;

function recent(times: ReadonlyMap<string, number>, nowMs: number): Map<string, number> {
  return new Map([...times].filter(([, atMs]) => nowMs - atMs < REMEMBERED_MS));
}
