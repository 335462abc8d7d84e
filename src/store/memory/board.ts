import type { Board, Put, PutDown, Sheet } from '../store.ts';
import { kept } from './kept.ts';
import { noteIn } from './ledger.ts';
import { notify } from './outbox.ts';
import type { State } from './state.ts';

export function memoryBoard(state: State): Board {
  const newest = () => [...state.sheets.values()].map((sheet) => sheet.newest);
  return {
    put: async (put) => putDown(state, put),
    find: async ({ kind, id }) => state.sheets.get(`${kind} ${id}`)?.newest ?? null,
    changes: async (kind) => changesIn(state, kind),
    list: async ({ kind, isOpen, limit }) =>
      newest()
        .filter(
          (sheet) => (kind === null || sheet.kind === kind) && (isOpen === null || sheet.isOpen === isOpen),
        )
        .slice(0, limit),
    due: async (limit) => {
      const nowMs = state.nowMs();
      const isDue = ({ isOpen, dueAtMs }: Sheet) => isOpen && dueAtMs !== null && dueAtMs <= nowMs;
      return newest()
        .filter(isDue)
        .toSorted((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0))
        .slice(0, limit);
    },
  };
}

export function putDown(state: State, put: Put): PutDown {
  const { kind, id, afterVersion, afterChanges, key, body, isOpen, dueAtMs } = put;
  const before = state.sheets.get(`${kind} ${id}`);
  if (before?.keys.has(key) === true) return 'repeated';
  if ((before?.newest.version ?? 0) !== afterVersion) return 'behind';
  if (afterChanges !== undefined && changesIn(state, kind) !== afterChanges) return 'behind';
  const nowMs = state.nowMs();
  const newest: Sheet = kept({
    kind,
    id,
    version: afterVersion + 1,
    body,
    isOpen,
    dueAtMs,
    createdAtMs: before?.newest.createdAtMs ?? nowMs,
    changedAtMs: nowMs,
  });
  if (before === undefined) state.sheets.set(`${kind} ${id}`, { newest, keys: new Set([key]) });
  else {
    before.newest = newest;
    before.keys.add(key);
  }
  notify(state, put.notices);
  noteIn(state, put.records ?? []);
  return 'written';
}

function changesIn(state: State, kind: string): number {
  const ofKind = [...state.sheets.values()].filter(({ newest }) => newest.kind === kind);
  return ofKind.reduce((sum, { newest }) => sum + newest.version, 0);
}
