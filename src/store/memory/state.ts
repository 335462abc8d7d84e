import type { Entry, Outcome } from '../../core/event.ts';
import type { Sample } from '../sample.ts';
import type { Delivery, KeptReport, Notice, Seen, SentRef, Sheet, Summary, TargetState } from '../store.ts';
import { emptyLedger, type LedgerState } from './ledger-state.ts';

/** Everything that the store in memory knows. Only the parts of this folder read or write it. */
export type State = {
  readonly nowMs: () => number;
  readonly deployments: Map<string, DeploymentRecord>;
  /** The deployments that have not ended, in the order in which they began. */
  readonly active: Map<string, DeploymentRecord>;
  /** Order key, or the request that asked, to the deployment that it made. */
  readonly orders: Map<string, string>;
  /** Target to the deployment that is active there, or that ended there and waits for a person. */
  readonly takers: Map<string, string>;
  readonly targets: Map<string, TargetRecord>;
  readonly inbox: Map<string, InboxRecord>;
  readonly outbox: Map<string, OutboxRecord>;
  /** The rows of the outbox that have something to send, by their id. */
  readonly unsent: Map<number, OutboxRecord>;
  readonly duties: Map<string, { owner: string; untilMs: number }>;
  /** By target and beginning. */
  readonly samples: Map<string, SampleRecord>;
  /** By kind and id, with the keys of every change. */
  readonly sheets: Map<string, { newest: Sheet; readonly keys: Set<string> }>;
  readonly ledger: LedgerState;
  /** Counts who came into a line first, where the clock cannot tell. */
  lineUps: number;
};

export type DeploymentRecord = {
  readonly id: string;
  readonly environment: string;
  readonly requestedBy: string;
  readonly targets: Summary['targets'];
  readonly startedAtMs: number;
  readonly entries: Entry[];
  readonly signals: Set<string>;
  fence: number;
  crashes: number;
  lease: { readonly owner: string; readonly untilMs: number } | null;
  /** When somebody has to look: the end of the lease while it is held, null while only a signal can wake it. */
  dueAtMs: number | null;
  isDirty: boolean;
  isWaiting: boolean;
  /** Its place in line; null while it stands in none. */
  inLine: { readonly sinceMs: number; readonly ordinal: number } | null;
  outcome: Outcome | null;
  endedAtMs: number | null;
  report: KeptReport | null;
};

export type SampleRecord = { readonly sample: Sample; readonly isCoarse: boolean };

export type TargetRecord = { believed: TargetState['believed']; seen: Seen | null };

export type InboxRecord = {
  readonly delivery: Pick<Delivery, 'key' | 'kind'>;
  body: { readonly kept: unknown } | null;
  readonly receivedAtMs: number;
  lease: { readonly owner: string; readonly untilMs: number } | null;
  isDone: boolean;
};

export type OutboxRecord = {
  readonly id: number;
  readonly key: string;
  readonly stream: string;
  lane: Notice['lane'];
  content: Notice['content'];
  revision: number;
  revisedAtMs: number;
  /** Since when it has something to send; null when it has nothing. */
  waitingSinceMs: number | null;
  dueAtMs: number;
  attempts: number;
  claimFence: number;
  claimUntilMs: number | null;
  isUncertain: boolean;
  ref: SentRef | null;
};

export function emptyState(nowMs: () => number): State {
  return {
    nowMs,
    deployments: new Map(),
    active: new Map(),
    orders: new Map(),
    takers: new Map(),
    targets: new Map(),
    inbox: new Map(),
    outbox: new Map(),
    unsent: new Map(),
    duties: new Map(),
    samples: new Map(),
    sheets: new Map(),
    ledger: emptyLedger(),
    lineUps: 0,
  };
}

/** A lease ends at the very millisecond that it names. */
export function isHeld(lease: { readonly untilMs: number } | null, nowMs: number): boolean {
  return lease !== null && lease.untilMs > nowMs;
}

export function targetRecord(state: State, id: string): TargetRecord {
  const known = state.targets.get(id);
  if (known !== undefined) return known;
  const made: TargetRecord = { believed: null, seen: null };
  state.targets.set(id, made);
  return made;
}
