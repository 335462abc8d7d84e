import { hashOf } from '../../core/canonical.ts';
import { type Claimant, freeLock, Lock, moveLock, placeOf } from '../../core/lock.ts';
import type { LockOrder } from '../../core/maintenance-order.ts';
import { personOf } from '../../core/person.ts';
import type { Offer, Refusal } from '../../core/refusal.ts';
import { overlaps, type Scope } from '../../core/scope.ts';
import type { Sheet } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { type HungLock, noLock } from './lock-answers.ts';
import { refuseBeyond, scopeWords } from './reach.ts';

const KIND = 'lock';

/** Who stands at the desk, as somebody who wants a lock. */
export function claimantOf({ parts, visitor }: Visiting): Claimant {
  return { by: visitor.actor.id, person: personOf(visitor.actor.id, parts.catalog().people) };
}

function idOf(scope: Scope): string {
  return `l-${hashOf('slipway/lock/v1', scope).slice(0, 8)}`;
}

function neverHeld(scope: Scope): HungLock {
  return { id: idOf(scope), version: 0, changedAtMs: 0, lock: freeLock(scope) };
}

export async function readLock({ store }: EngineParts, id: string): Promise<HungLock | null> {
  const sheet = await store.board.find({ kind: KIND, id });
  return sheet === null ? null : hungOf(sheet, Lock.parse(sheet.body));
}

const LOCKS_MAX = 500;

async function heldLocks({ store }: EngineParts, nowMs: number): Promise<HungLock[]> {
  const sheets = await store.board.list({ kind: KIND, isOpen: true, limit: LOCKS_MAX });
  return sheets.flatMap((sheet: Sheet) => {
    const { data: lock } = Lock.safeParse(sheet.body);
    if (lock === undefined) return [];
    // Where its time is over it belongs to whoever waits first, whether or not anybody has looked since.
    const { lock: now } = moveLock(lock, { kind: 'tick' }, nowMs);
    return now.holder === null ? [] : [hungOf(sheet, now)];
  });
}

function hungOf({ id, version, changedAtMs }: Sheet, lock: Lock): HungLock {
  return { id, version, changedAtMs, lock };
}

/** The one that is named, or, of a scope, its own; where nobody holds that, the one that reaches the scope. */
export async function findLock(visiting: Visiting, { kind, which }: LockOrder): Promise<HungLock | Refusal> {
  const { parts } = visiting;
  if ('id' in which) return (await readLock(parts, which.id)) ?? noLock(which.id);
  const { scope } = which;
  const refused = await refuseBeyond(visiting, 'look', scope, offerFor(kind));
  if (refused !== null) return refused;
  const nowMs = await parts.store.nowMs();
  const own = (await readLock(parts, idOf(scope))) ?? neverHeld(scope);
  const isHeld = own.lock.holder !== null && own.lock.holder.untilMs > nowMs;
  if (isHeld || kind === 'lock') return own;
  const me = claimantOf(visiting);
  const around = (await heldLocks(parts, nowMs)).filter(({ lock }) => overlaps(lock.scope, scope));
  const isMine = ({ lock }: HungLock) => lock.holder?.person === me.person || placeOf(lock, me) !== null;
  const isForTheirs = kind === 'wait' || kind === 'take';
  return around.find((hung) => isMine(hung) !== isForTheirs) ?? own;
}

export function offerFor(kind: LockOrder['kind']) {
  return (scope: Scope, label: string): Offer => ({
    label,
    command: 'deploy-maintenance',
    text: `${kind}${scopeWords(scope)}`,
  });
}

/** Whether it makes somebody the holder who was not, so that nobody else's lock may be in the way. */
export function isTaking(kind: LockOrder['kind'], { holder }: Lock, nowMs: number): boolean {
  const isFree = holder === null || holder.untilMs <= nowMs;
  return kind === 'lock' || kind === 'take' || (kind === 'wait' && isFree);
}

/** Somebody else's lock of a part of it, or of more than it: both would stand in each other's way. */
export async function othersAround(
  parts: EngineParts,
  { id, lock }: HungLock,
  me: Claimant,
  kind: LockOrder['kind'],
  nowMs: number,
): Promise<HungLock | null> {
  if (!isTaking(kind, lock, nowMs)) return null;
  const around = (await heldLocks(parts, nowMs)).filter(
    (other) => other.id !== id && overlaps(other.lock.scope, lock.scope),
  );
  return around.find((other) => other.lock.holder?.person !== me.person) ?? null;
}
