import { laneOrder, newestOfEach } from '../notices.ts';
import type { Notice, Outbox, OutboxRow, SentRef } from '../store.ts';
import { kept } from './kept.ts';
import type { OutboxRecord, State } from './state.ts';

export function memoryOutbox(state: State): Outbox {
  return {
    take: async (_owner, limit, leaseMs) => take(state, limit, leaseMs),
    sent: async (row, ref) => sent(state, row, ref),
    later: async (row, inMs, isUncertain) => {
      const record = claimed(state, row);
      if (record === null) return;
      record.dueAtMs = state.nowMs() + inMs;
      record.isUncertain = isUncertain;
      record.claimUntilMs = null;
    },
    drop: async (row) => {
      const record = claimed(state, row);
      if (record !== null) settle(state, record, null);
    },
    ref: async (key) => state.outbox.get(key)?.ref ?? null,
    keyAt: async ({ channel, ts }) =>
      [...state.outbox.values()].find(({ ref }) => ref?.ts === ts && ref.channel === channel)?.key ?? null,
    backlog: async () => {
      const waiting = [...state.unsent.values()].map(({ waitingSinceMs }) => waitingSinceMs ?? 0);
      const oldestMs = waiting.length === 0 ? 0 : Math.max(0, state.nowMs() - Math.min(...waiting));
      return { rows: waiting.length, oldestMs };
    },
  };
}

/** Writes notices, in the transaction of what they tell. */
export function notify(state: State, notices: readonly Notice[]): void {
  const nowMs = state.nowMs();
  for (const { key, stream, lane, content } of newestOfEach(notices)) {
    const record = state.outbox.get(key) ?? newRecord(state, key, stream);
    record.lane = lane;
    record.content = kept(content);
    record.revision += 1;
    record.revisedAtMs = nowMs;
    // What waits already keeps its place, and the pause that somebody asked for.
    if (record.waitingSinceMs === null) {
      record.waitingSinceMs = nowMs;
      record.dueAtMs = nowMs;
      record.attempts = 0;
    }
    state.unsent.set(record.id, record);
  }
}

function newRecord(state: State, key: string, stream: string): OutboxRecord {
  const record: OutboxRecord = {
    id: state.outbox.size + 1,
    key,
    stream,
    lane: 'progress',
    content: { kind: 'card', deploymentId: '', environment: '', seq: null },
    revision: 0,
    revisedAtMs: 0,
    waitingSinceMs: null,
    dueAtMs: 0,
    attempts: 0,
    claimFence: 0,
    claimUntilMs: null,
    isUncertain: false,
    ref: null,
  };
  state.outbox.set(key, record);
  return record;
}

function take(state: State, limit: number, leaseMs: number): OutboxRow[] {
  const nowMs = state.nowMs();
  const firsts = new Map<string, OutboxRecord>();
  for (const record of state.unsent.values()) {
    const first = firsts.get(record.stream);
    if (first === undefined || record.id < first.id) firsts.set(record.stream, record);
  }
  const ready = [...firsts.values()].filter(
    ({ dueAtMs, claimUntilMs }) => dueAtMs <= nowMs && (claimUntilMs === null || claimUntilMs <= nowMs),
  );
  ready.sort(
    (a, b) =>
      laneOrder[a.lane] - laneOrder[b.lane] ||
      (a.waitingSinceMs ?? 0) - (b.waitingSinceMs ?? 0) ||
      a.id - b.id,
  );
  return ready.slice(0, limit).map((record) => {
    record.isUncertain ||= record.claimUntilMs !== null;
    record.claimUntilMs = nowMs + leaseMs;
    record.claimFence += 1;
    record.attempts += 1;
    const { id, key, stream, lane, content, revision, claimFence, attempts, isUncertain, ref } = record;
    return { id, key, stream, lane, content, revision, claimFence, attempts, isUncertain, ref };
  });
}

/** Null when somebody else has taken it since, or it was settled already. */
function claimed(state: State, { key, claimFence }: OutboxRow): OutboxRecord | null {
  const record = state.outbox.get(key);
  const isTheirs = record !== undefined && record.claimUntilMs !== null && record.claimFence === claimFence;
  return isTheirs ? record : null;
}

function sent(state: State, row: OutboxRow, ref: SentRef): void {
  const record = claimed(state, row);
  if (record === null) return;
  record.ref = kept(ref);
  settle(state, record, record.revision > row.revision ? record.revisedAtMs : null);
}

function settle(state: State, record: OutboxRecord, waitingSinceMs: number | null): void {
  record.claimUntilMs = null;
  record.isUncertain = false;
  record.attempts = 0;
  record.dueAtMs = state.nowMs();
  record.waitingSinceMs = waitingSinceMs;
  if (waitingSinceMs === null) state.unsent.delete(record.id);
}
