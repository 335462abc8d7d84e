import { invariant } from '../core/bug.ts';
import type { Limit } from './host.ts';
import { type ToldBudget, toldBudget } from './told-budget.ts';

/** How fast one host may be asked, for everybody who asks it through the same door. */
export type Pace = {
  /**
   * When this call may be sent, at the latest then. Whoever is given a moment holds a token from now on: it is given
   * back with `ended`, or with `unused` by whoever had to wait and asks again then, for the world may have changed.
   */
  turn(kind: Kind, latestMs: number): Turn;
  unused(turn: Given): void;
  /** The call came to an end, whichever: its token returns in a minute. */
  ended(): void;
  /** What the server said of its limits with an answer. */
  heard(kind: Kind, headers: Pick<Headers, 'get'>): void;
  /** The server asked to be left alone for so long. */
  close(kind: Kind, forMs: number): void;
};

export type Kind = { readonly isUrgent: boolean; readonly isMutating: boolean };
export type Given = { readonly kind: 'at'; readonly atMs: number; readonly tokenMs: number };
export type Turn = Given | { readonly kind: 'refused'; readonly forMs: number };

const MINUTE_MS = 60_000;
/** Servers round the seconds of a reset; what differs by more is a new window. */
const SAME_RESET_MS = 2_000;

/**
 * What one of several processes may use of a limit that counts for all of them together. At least one call a minute: who
 * divides a small limit among many goes beyond it rather than asking nothing.
 */
export function shareOf({ perMinute, reserved }: Limit, processes: number): Limit {
  const own = Math.max(1, Math.floor(perMinute / processes));
  return { perMinute: own, reserved: Math.min(own - 1, Math.ceil(reserved / processes)) };
}

/**
 * There are as many tokens as calls a minute, and each comes back a minute after its call has ended: so a server never
 * counts more than that in any sixty seconds, however long the way there takes. Usual calls leave `reserved` of them.
 * What a server says by itself binds usual calls too; what it says of changes says nothing of reads (Render, Vercel).
 */
export function openPace(limit: Limit | null, nowMs: () => number): Pace {
  invariant(
    limit === null || (limit.reserved >= 0 && limit.perMinute > limit.reserved),
    'a limit is no limit',
  );
  /** When each token that nobody holds can be used, soonest first. */
  const free: number[] = new Array<number>(limit?.perMinute ?? 0).fill(0);
  const reserved = limit?.reserved ?? 0;
  const servers = openServersWord(limit, nowMs);

  const putBack = (tokenMs: number) => {
    if (limit === null) return;
    const index = free.findIndex((other) => other > tokenMs);
    free.splice(index === -1 ? free.length : index, 0, tokenMs);
  };

  return {
    turn(kind, latestMs) {
      const index = kind.isUrgent ? 0 : reserved;
      const tokenMs = limit === null ? 0 : free[index];
      // Those that are held come back at a moment that nobody knows, but not within a minute.
      if (tokenMs === undefined) return { kind: 'refused', forMs: MINUTE_MS };
      const atMs = Math.max(nowMs(), tokenMs, servers.untilMs(kind));
      const waitMs = atMs - nowMs();
      if (waitMs > 0 && atMs > latestMs) return { kind: 'refused', forMs: Math.ceil(waitMs) };
      free.splice(index, 1);
      if (waitMs === 0) servers.spend(kind);
      return { kind: 'at', atMs, tokenMs };
    },
    unused: ({ tokenMs }) => putBack(tokenMs),
    ended: () => putBack(nowMs() + MINUTE_MS),
    heard: servers.heard,
    close: servers.close,
  };
}

/** What the server itself has said, for reads and for changes apart. */
function openServersWord(limit: Limit | null, nowMs: () => number) {
  const told: { read: ToldBudget | null; change: ToldBudget | null } = { read: null, change: null };
  const closedUntilMs = { read: 0, change: 0 };
  const of = ({ isMutating }: Kind) => (isMutating ? 'change' : 'read');

  return {
    /** When usual calls may be sent again; what is over when they may now. */
    untilMs(kind: Kind): number {
      if (kind.isUrgent) return 0;
      const budget = told[of(kind)];
      const isSpent = budget !== null && budget.remaining <= reserveOf(budget, limit);
      // Whoever is asked to read less is asked to change less, too.
      return Math.max(closedUntilMs.read, closedUntilMs[of(kind)], isSpent ? budget.resetAtMs : 0);
    },
    spend(kind: Kind): void {
      const budget = told[of(kind)];
      if (budget !== null) told[of(kind)] = { ...budget, remaining: budget.remaining - 1 };
    },
    heard(kind: Kind, headers: Pick<Headers, 'get'>): void {
      const fresh = toldBudget(headers, nowMs());
      if (fresh !== null) told[of(kind)] = newest(told[of(kind)], fresh, nowMs());
    },
    close(kind: Kind, forMs: number): void {
      closedUntilMs[of(kind)] = Math.max(closedUntilMs[of(kind)], nowMs() + forMs);
    },
  };
}

/** The same share of what a server allows as of our own limit: it may be a small one for one kind of call. */
function reserveOf(budget: ToldBudget, limit: Limit | null): number {
  if (limit === null) return 0;
  if (budget.limit === null) return limit.reserved;
  return Math.floor((budget.limit * limit.reserved) / limit.perMinute);
}

/** Answers come in any order: within one window the smallest number is the newest. */
function newest(known: ToldBudget | null, fresh: ToldBudget, nowMs: number): ToldBudget {
  const isNewWindow =
    known === null || known.resetAtMs <= nowMs || fresh.resetAtMs > known.resetAtMs + SAME_RESET_MS;
  return isNewWindow || fresh.remaining < known.remaining ? fresh : known;
}
