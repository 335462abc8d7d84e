import { REPLAY_GUARD_MS } from '../replay.ts';
import type { Delivery, Inbox } from '../store.ts';
import { kept } from './kept.ts';
import { isHeld, type State } from './state.ts';

export function memoryInbox(state: State): Inbox {
  return {
    receive: async ({ key, kind, body }) => {
      if (state.inbox.has(key)) return false;
      state.inbox.set(key, {
        delivery: { key, kind },
        body: { kept: kept(body) },
        receivedAtMs: state.nowMs(),
        lease: null,
        isDone: false,
      });
      return true;
    },
    once: async (key) => {
      if (state.inbox.has(key)) return false;
      const receivedAtMs = state.nowMs();
      const delivery = { key, kind: 'webhook' } as const;
      state.inbox.set(key, { delivery, body: null, receivedAtMs, lease: null, isDone: true });
      return true;
    },
    take: async (key, owner, leaseMs) => take(state, key, owner, leaseMs),
    keep: async (key, owner, leaseMs) => {
      const record = state.inbox.get(key);
      if (record?.lease?.owner === owner) record.lease = { owner, untilMs: state.nowMs() + leaseMs };
    },
    waiting: async (olderThanMs, limit) => {
      const nowMs = state.nowMs();
      return [...state.inbox.values()]
        .filter(({ isDone, lease }) => !isDone && !isHeld(lease, nowMs))
        .filter(({ receivedAtMs }) => receivedAtMs <= nowMs - olderThanMs)
        .toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
        .slice(0, limit)
        .map(({ delivery }) => delivery.key);
    },
    done: async (key, owner) => {
      const record = state.inbox.get(key);
      if (record?.lease?.owner === owner) record.isDone = true;
    },
    sweep: async (olderThanMs) => sweep(state, olderThanMs),
  };
}

function take(state: State, key: string, owner: string, leaseMs: number): Delivery | null {
  const record = state.inbox.get(key);
  const nowMs = state.nowMs();
  if (record === undefined || record.body === null) return null;
  if (record.isDone || isHeld(record.lease, nowMs)) return null;
  record.lease = { owner, untilMs: nowMs + leaseMs };
  return { ...record.delivery, body: record.body.kept };
}

function sweep(state: State, olderThanMs: number): number {
  const nowMs = state.nowMs();
  let forgotten = 0;
  for (const [key, record] of state.inbox) {
    const ageMs = nowMs - record.receivedAtMs;
    if (!record.isDone || ageMs <= olderThanMs) continue;
    if (record.body !== null) forgotten += 1;
    record.body = null;
    if (ageMs > REPLAY_GUARD_MS) state.inbox.delete(key);
  }
  return forgotten;
}
