import type { DeploymentEvent, Outcome } from '../../src/core/event.ts';
import type { Put } from '../../src/store/store.ts';

/** What was committed to the database and when, in the world's own time: written down where the commits happen. */
export type History = {
  readonly begins: Map<
    string,
    {
      readonly atMs: number;
      readonly targets: readonly string[];
      readonly orderKey: string;
      /** It has no targets of its own before it has started. */
      readonly waits: boolean;
    }
  >;
  readonly claims: Map<string, { readonly atMs: number; readonly fence: number; readonly owner: string }[]>;
  /** By intent: under which fence its `effect-sent` was committed. */
  readonly intents: Map<
    string,
    { readonly deploymentId: string; readonly fence: number; readonly atMs: number }
  >;
  /** When what had to wait got its targets. */
  readonly startsAtMs: Map<string, number>;
  readonly ends: Map<string, Ended>;
  readonly abortsAtMs: Map<string, number>;
  readonly resolvedAtMs: Map<string, number>;
  /** Holders in a row that neither gave the lease back nor settled a step. */
  readonly losses: Map<string, { count: number; isHeld: boolean }>;
  readonly accepted: Set<string>;
  readonly handled: Set<string>;
  /** Leases that were taken from somebody who was alive and well. */
  readonly robberies: string[];
  /** Writes of a holder whom somebody else had already followed. */
  readonly staleWrites: string[];
  /** Every version of what was put up on the board. */
  readonly sheets: HungSheet[];
};

export type HungSheet = Pick<Put, 'kind' | 'id' | 'isOpen' | 'body'> & { readonly atMs: number };

export type Ended = {
  readonly atMs: number;
  readonly outcome: Outcome;
  readonly because: string;
  readonly losses: number;
  /** What really ran at that moment, at each of its targets. */
  readonly truth: readonly Truth[];
};

export type Truth = { readonly target: string; readonly releases: readonly TrueRelease[] };

export type TrueRelease = {
  readonly releaseId: string;
  readonly version: string;
  readonly trafficPercent: number;
  readonly isLive: boolean;
  /** Told to go, and on its way. */
  readonly isLeaving: boolean;
  readonly by: 'slipway' | 'stranger';
  readonly intentId: string | null;
};

export function emptyHistory(): History {
  return {
    begins: new Map(),
    claims: new Map(),
    intents: new Map(),
    startsAtMs: new Map(),
    ends: new Map(),
    abortsAtMs: new Map(),
    resolvedAtMs: new Map(),
    losses: new Map(),
    accepted: new Set(),
    handled: new Set(),
    robberies: [],
    staleWrites: [],
    sheets: [],
  };
}

const settling = ['step-succeeded', 'step-failed', 'undo-succeeded', 'undo-failed'];

export function claimed(
  history: History,
  deploymentId: string,
  owner: string,
  fence: number,
  atMs: number,
  isWell: (owner: string) => boolean,
): void {
  const claims = history.claims.get(deploymentId) ?? [];
  const before = claims.at(-1);
  const isHeld = history.losses.get(deploymentId)?.isHeld === true;
  if (before !== undefined && isHeld && isWell(before.owner)) {
    history.robberies.push(
      `${owner} took ${deploymentId} from ${before.owner} after ${atMs - before.atMs} ms`,
    );
  }
  claims.push({ atMs, fence, owner });
  history.claims.set(deploymentId, claims);
  const loss = history.losses.get(deploymentId) ?? { count: 0, isHeld: false };
  history.losses.set(deploymentId, { count: loss.isHeld ? loss.count + 1 : loss.count, isHeld: true });
}

export function released(history: History, deploymentId: string): void {
  history.losses.set(deploymentId, { count: 0, isHeld: false });
}

/** Whoever had it did nothing with it: neither a loss nor the end of those before. */
export function putBack(history: History, deploymentId: string): void {
  const count = history.losses.get(deploymentId)?.count ?? 0;
  history.losses.set(deploymentId, { count, isHeld: false });
}

export function appended(
  history: History,
  held: { readonly deploymentId: string; readonly fence: number; readonly owner: string },
  events: readonly DeploymentEvent[],
  atMs: number,
  truthOf: (targets: readonly string[]) => readonly Truth[],
): void {
  const { deploymentId, fence } = held;
  const current = history.claims.get(deploymentId)?.at(-1);
  if (current?.fence !== fence) {
    history.staleWrites.push(
      `${held.owner} wrote to ${deploymentId} with fence ${fence}, after ${current?.fence}`,
    );
  }
  for (const event of events) {
    if (event.kind === 'effect-sent') history.intents.set(event.effect, { deploymentId, fence, atMs });
    if (settling.includes(event.kind)) history.losses.set(deploymentId, { count: 0, isHeld: true });
    if (event.kind === 'started') history.startsAtMs.set(deploymentId, atMs);
    if (event.kind !== 'finished') continue;
    const targets = history.begins.get(deploymentId)?.targets ?? [];
    history.ends.set(deploymentId, {
      atMs,
      outcome: event.outcome,
      because: event.because,
      losses: history.losses.get(deploymentId)?.count ?? 0,
      truth: truthOf(targets),
    });
  }
}

export function hung({ sheets }: History, { kind, id, isOpen, body }: Put, atMs: number): void {
  sheets.push({ kind, id, isOpen, body, atMs });
}

/** The fence of whoever may act for a deployment now. */
export function currentFence(history: History, deploymentId: string): number | null {
  return history.claims.get(deploymentId)?.at(-1)?.fence ?? null;
}
