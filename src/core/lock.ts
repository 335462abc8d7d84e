import { z } from 'zod';
import { Scope } from './scope.ts';

const Claimed = {
  /** The account that messages go to. */
  by: z.string(),
  /** The person that it belongs to: who has the lock has it with all of their accounts. */
  person: z.string(),
  sinceMs: z.number().int(),
  why: z.string().nullable(),
};

/** What a person takes so that nobody else deploys somewhere for a while, and who comes after them. */
export const Lock = z.strictObject({
  scope: Scope,
  /** Null: nobody has it. */
  holder: z.strictObject({ ...Claimed, untilMs: z.number().int() }).nullable(),
  /** First come first. */
  waiting: z.array(z.strictObject(Claimed)).max(100),
  /** Counts how often it was taken while nobody had it; names the message that tells of it. */
  round: z.number().int(),
  /** When its holder is told next that others wait, or that it is over soon; null when there is nothing to tell. */
  nagAtMs: z.number().int().nullable(),
});
export type Lock = z.infer<typeof Lock>;
export type Holder = NonNullable<Lock['holder']>;

export type Claimant = { readonly by: string; readonly person: string };

export type LockMove =
  | { readonly kind: 'claim'; readonly who: Claimant; readonly why: string | null; readonly forMs: number }
  | { readonly kind: 'wait'; readonly who: Claimant; readonly why: string | null; readonly forMs: number }
  | { readonly kind: 'leave'; readonly who: Claimant }
  /** By its holder, or by somebody who may lift other people's. */
  | { readonly kind: 'release'; readonly who: Claimant }
  /** To somebody by name, or to whoever waits first. */
  | { readonly kind: 'give'; readonly who: Claimant; readonly to: Claimant | null }
  | { readonly kind: 'take'; readonly who: Claimant; readonly why: string; readonly forMs: number }
  /** The clock's: it is over, or something has to be said. */
  | { readonly kind: 'tick' };

/** What people are told because of it, besides whoever did it. */
export type LockWord = {
  readonly to: string;
  readonly kind: 'turn' | 'given' | 'taken' | 'lifted' | 'over' | 'wanted' | 'ending';
};

/** Why something was not done as it was asked for. */
export type LockStays =
  | 'held'
  | 'yours'
  | 'not-yours'
  | 'free'
  | 'in-line'
  | 'not-in-line'
  | 'nobody-next'
  | 'line-full';

export type LockMoved = {
  readonly lock: Lock;
  readonly words: readonly LockWord[];
  /** Null: it was done. The lock may have changed all the same, because its time has passed. */
  readonly stays: LockStays | null;
};

/** Whoever gets it because it was their turn has it for so long, so that one who has gone home holds up nobody. */
export const TURN_MS = 30 * 60_000;
/** So long before its end the holder is asked whether they need it longer. */
const REMIND_MS = 10 * 60_000;
/** How often a holder hears that others wait. */
const NAG_EVERY_MS = 30 * 60_000;
const WAITING_MAX = 100;

export function freeLock(scope: Scope): Lock {
  return { scope, holder: null, waiting: [], round: 0, nagAtMs: null };
}

/** Pure: what becomes of a lock. Whoever calls it has seen to permissions. */
export function moveLock(before: Lock, move: LockMove, nowMs: number): LockMoved {
  // What is over is over, whether or not anybody has looked since.
  const { lock, words } = expired(before, nowMs);
  const next = moved(lock, move, nowMs);
  return { ...next, words: [...words, ...next.words] };
}

type Change = { readonly lock: Lock; readonly words: readonly LockWord[] };

function moved(lock: Lock, move: LockMove, nowMs: number): LockMoved {
  switch (move.kind) {
    case 'claim':
      return claim(lock, move, nowMs);
    case 'wait':
      return wait(lock, move, nowMs);
    case 'leave':
      return leave(lock, move.who);
    case 'release':
      return release(lock, move.who, nowMs);
    case 'give':
      return give(lock, move, nowMs);
    case 'take':
      return take(lock, move, nowMs);
    case 'tick':
      return tick(lock, nowMs);
  }
}

function claim(
  lock: Lock,
  { who, why, forMs }: Extract<LockMove, { kind: 'claim' }>,
  nowMs: number,
): LockMoved {
  const { holder } = lock;
  if (holder === null) return done(held(lock, { who, why, untilMs: nowMs + forMs }, nowMs));
  if (holder.person !== who.person) return stays(lock, 'held');
  const kept = { ...holder, by: who.by, why: why ?? holder.why, untilMs: nowMs + forMs };
  return done({ lock: nagging({ ...lock, holder: kept }, nowMs), words: [] });
}

function wait(
  lock: Lock,
  { who, why, forMs }: Extract<LockMove, { kind: 'wait' }>,
  nowMs: number,
): LockMoved {
  if (lock.holder === null) return claim(lock, { kind: 'claim', who, why, forMs }, nowMs);
  if (lock.holder.person === who.person) return stays(lock, 'yours');
  if (placeOf(lock, who) !== null) return stays(lock, 'in-line');
  if (lock.waiting.length >= WAITING_MAX) return stays(lock, 'line-full');
  const waiting = [...lock.waiting, { ...who, sinceMs: nowMs, why }];
  const word: LockWord = { to: lock.holder.by, kind: 'wanted' };
  return done({ lock: nagging({ ...lock, waiting }, nowMs), words: [word] });
}

function leave(lock: Lock, who: Claimant): LockMoved {
  if (placeOf(lock, who) === null) return stays(lock, 'not-in-line');
  return done({ lock: { ...lock, waiting: without(lock, who) }, words: [] });
}

function release(lock: Lock, who: Claimant, nowMs: number): LockMoved {
  const { holder } = lock;
  if (holder === null) return stays(lock, 'free');
  const words: LockWord[] = holder.person === who.person ? [] : [{ to: holder.by, kind: 'lifted' }];
  const next = passedOn(lock, nowMs);
  return done({ lock: next.lock, words: [...words, ...next.words] });
}

function give(lock: Lock, { who, to }: Extract<LockMove, { kind: 'give' }>, nowMs: number): LockMoved {
  const { holder } = lock;
  if (holder === null) return stays(lock, 'free');
  if (holder.person !== who.person) return stays(lock, 'not-yours');
  if (to === null) {
    return lock.waiting.length === 0 ? stays(lock, 'nobody-next') : done(passedOn(lock, nowMs));
  }
  if (to.person === who.person) return stays(lock, 'yours');
  const given = held(
    lock,
    { who: to, why: holder.why, untilMs: Math.max(holder.untilMs, nowMs + TURN_MS) },
    nowMs,
  );
  return done({ lock: given.lock, words: [{ to: to.by, kind: 'given' }] });
}

function take(
  lock: Lock,
  { who, why, forMs }: Extract<LockMove, { kind: 'take' }>,
  nowMs: number,
): LockMoved {
  const { holder } = lock;
  if (holder?.person === who.person) return stays(lock, 'yours');
  const words: LockWord[] = holder === null ? [] : [{ to: holder.by, kind: 'taken' }];
  return done({ lock: held(lock, { who, why, untilMs: nowMs + forMs }, nowMs).lock, words });
}

function tick(lock: Lock, nowMs: number): LockMoved {
  const { holder, nagAtMs } = lock;
  if (holder === null || nagAtMs === null || nowMs < nagAtMs) return stays(lock, 'held');
  const isEnding = holder.untilMs - nowMs <= REMIND_MS;
  const next = isEnding ? { ...lock, nagAtMs: null } : nagging({ ...lock, nagAtMs: null }, nowMs);
  return done({ lock: next, words: [{ to: holder.by, kind: isEnding ? 'ending' : 'wanted' }] });
}

function expired(lock: Lock, nowMs: number): Change {
  let now: Change = { lock, words: [] };
  for (;;) {
    const { holder } = now.lock;
    if (holder === null || holder.untilMs > nowMs) return now;
    const over: LockWord = { to: holder.by, kind: 'over' };
    const next = passedOn(now.lock, nowMs);
    now = { lock: next.lock, words: [...now.words, over, ...next.words] };
  }
}

/** To whoever has waited longest, for a while; to nobody where nobody waits. */
function passedOn(lock: Lock, nowMs: number): Change {
  const [next] = lock.waiting;
  if (next === undefined) return { lock: { ...lock, holder: null, nagAtMs: null }, words: [] };
  const change = held(
    { ...lock, holder: null },
    { who: next, why: next.why, untilMs: nowMs + TURN_MS },
    nowMs,
  );
  return { lock: { ...change.lock, round: lock.round }, words: [{ to: next.by, kind: 'turn' }] };
}

type NewHolder = { readonly who: Claimant; readonly why: string | null; readonly untilMs: number };

function held(lock: Lock, { who, why, untilMs }: NewHolder, nowMs: number): Change {
  const { by, person: human } = who;
  const holder = { by, person: human, sinceMs: nowMs, why, untilMs };
  const round = lock.holder === null ? lock.round + 1 : lock.round;
  return {
    lock: nagging({ ...lock, holder, round, waiting: without(lock, who), nagAtMs: null }, nowMs),
    words: [],
  };
}

/** When the holder is to be told something: that others wait, or that it is over soon. */
function nagging(lock: Lock, nowMs: number): Lock {
  if (lock.holder === null) return { ...lock, nagAtMs: null };
  const endingMs = lock.holder.untilMs - REMIND_MS;
  // Whoever takes it for a moment knows that it is over soon.
  const isShort = lock.holder.untilMs - lock.holder.sinceMs <= 2 * REMIND_MS;
  const toEndMs = isShort || endingMs <= nowMs ? Number.POSITIVE_INFINITY : endingMs;
  const toNagMs = lock.waiting.length === 0 ? Number.POSITIVE_INFINITY : nowMs + NAG_EVERY_MS;
  const nagAtMs = Math.min(toEndMs, toNagMs);
  return { ...lock, nagAtMs: nagAtMs < lock.holder.untilMs ? nagAtMs : null };
}

function without({ waiting }: Lock, who: Claimant): Lock['waiting'] {
  return waiting.filter((each) => each.person !== who.person);
}

function done({ lock, words }: Change): LockMoved {
  return { lock, words, stays: null };
}

function stays(lock: Lock, because: LockStays): LockMoved {
  return { lock, words: [], stays: because };
}

/** Counting from one; null for who is not in line. */
export function placeOf({ waiting }: Lock, who: Claimant): number | null {
  const at = waiting.findIndex((each) => each.person === who.person);
  return at === -1 ? null : at + 1;
}

/** When somebody has to look at it; null when nobody has it. */
export function lockDueMs({ holder, nagAtMs }: Lock): number | null {
  return holder === null ? null : Math.min(holder.untilMs, nagAtMs ?? Number.POSITIVE_INFINITY);
}
