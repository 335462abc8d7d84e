import type { Reply } from '../../core/answer.ts';
import { type Claimant, Lock, type LockMove, type LockMoved, lockDueMs, moveLock } from '../../core/lock.ts';
import { lockObstacle } from '../../core/lock-words.ts';
import type { LockOrder, Which } from '../../core/maintenance-order.ts';
import { permissions, personOf } from '../../core/person.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type Scope, sayScope } from '../../core/scope.ts';
import { person } from '../../core/text.ts';
import type { PutDown, Sheet } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { type HungLock, lockNotices, refuseLock, saidDone, sayLock, showTake } from './lock-answers.ts';
import { claimantOf, findLock, isTaking, offerFor, othersAround, readLock } from './lock-find.ts';
import { recordOf, recordOfProgram } from './noted.ts';
import { refuseBeyond, scopeWords } from './reach.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

const KIND = 'lock';

/** What a person takes so that nobody else deploys there for a while; one sheet for each scope, with the line before it. */
export const locks: SheetKind = {
  kind: KIND,
  say: (sheet) => sayLock({ id: sheet.id, lock: Lock.parse(sheet.body) }),
  attend,
  obstacle: (sheet, passing) => lockObstacle(sheet.id, Lock.parse(sheet.body), passing),
};

/** How long somebody has it who does not say. */
const FOR_MS = 4 * 3_600_000;
/** Each time somebody else was first, so that one of them got on. */
const TRIES_MAX = 100;

/** Everything that people do to locks. */
export async function orderLock(visiting: Visiting, order: LockOrder): Promise<Reply> {
  const found = await findLock(visiting, order);
  if (isRefusal(found)) return found;
  const me = claimantOf(visiting);
  const to = order.kind === 'give' ? await recipient(visiting, order.to, found.lock.scope) : null;
  if (to !== null && isRefusal(to)) return to;
  const refused = await refuseMove(visiting, order, found, me);
  if (refused !== null) return refused;
  return carryOut(visiting, order, { found, me, to });
}

type Moving = { readonly found: HungLock; readonly me: Claimant; readonly to: Claimant | null };

async function carryOut(visiting: Visiting, order: LockOrder, moving: Moving): Promise<Reply> {
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    const said = await tryOnce(visiting, order, moving);
    if (said !== 'behind') return said;
  }
  return refuse('unavailable', ['Too many people want that lock at this moment.'], { next: ['Try again.'] });
}

async function tryOnce(
  visiting: Visiting,
  order: LockOrder,
  { found, me, to }: Moving,
): Promise<Reply | 'behind'> {
  const { parts } = visiting;
  // Before anything is looked at: whoever takes one relies on what all the others are.
  const changes = await parts.store.board.changes(KIND);
  const hung = (await readLock(parts, found.id)) ?? found;
  const nowMs = await parts.store.nowMs();
  if (order.kind === 'take' && order.seen !== hung.version) return showTake(hung, order.why);
  const inTheWay = await othersAround(parts, hung, me, order.kind, nowMs);
  if (inTheWay !== null) return refuseLock('held', inTheWay);
  const moved = moveLock(hung.lock, moveOf(order, me, to), nowMs);
  if (moved.stays !== null) return refuseLock(moved.stays, { ...hung, lock: moved.lock });
  const relies = isTaking(order.kind, hung.lock, nowMs) ? { afterChanges: changes } : {};
  if ((await putLock(visiting, order, hung, moved, relies)) === 'behind') return 'behind';
  return saidDone(order.kind, (await readLock(parts, found.id)) ?? hung, me);
}

function moveOf({ kind, why, forMs }: LockOrder, who: Claimant, to: Claimant | null): LockMove {
  switch (kind) {
    case 'lock':
      return { kind: 'claim', who, why, forMs: forMs ?? FOR_MS };
    case 'wait':
      return { kind: 'wait', who, why, forMs: forMs ?? FOR_MS };
    case 'take':
      return { kind: 'take', who, why: why ?? 'no reason was given', forMs: forMs ?? FOR_MS };
    case 'unlock':
      return { kind: 'release', who };
    case 'give':
      return { kind: 'give', who, to };
    case 'leave':
      return { kind: 'leave', who };
  }
}

function putLock(
  visiting: Visiting,
  { kind, why, to }: LockOrder,
  { id, version, lock: before }: HungLock,
  { lock, words }: LockMoved,
  relies: { readonly afterChanges?: number },
): Promise<PutDown> {
  const isLift = kind === 'unlock' && before.holder?.person !== claimantOf(visiting).person;
  const action = isLift ? 'lock-lift' : { ...actions, lock: 'lock', unlock: 'unlock' }[kind];
  const detail = { why, to, holderBefore: before.holder?.by ?? null, holder: lock.holder?.by ?? null };
  const { parts, visitor } = visiting;
  return parts.store.board.put({
    ...sheetOf(parts, { id, version, lock }, words),
    ...relies,
    key: `${visitor.key}/${kind}`,
    records: [recordOf(visiting, { action, sheet: { kind: KIND, id }, scope: lock.scope, detail })],
  });
}

const actions = { wait: 'lock-wait', leave: 'lock-leave', give: 'lock-give', take: 'lock-take' } as const;

/** Everything of a put but who did it. */
function sheetOf(
  parts: EngineParts,
  { id, version, lock }: Pick<HungLock, 'id' | 'version' | 'lock'>,
  words: LockMoved['words'],
) {
  const told = lockNotices(words, { id, version: version + 1, lock });
  return {
    kind: KIND,
    id,
    afterVersion: version,
    body: lock,
    isOpen: lock.holder !== null,
    dueAtMs: lockDueMs(lock),
    notices: [...sheetNotices(parts, { kind: KIND, id }, lock.scope, lock.round), ...told],
  };
}

// ---- Who may

async function refuseMove(
  visiting: Visiting,
  { kind, why, which }: LockOrder,
  { lock }: HungLock,
  me: Claimant,
): Promise<Refusal | null> {
  const { scope, holder } = lock;
  if (kind === 'leave' || kind === 'give') return null;
  if (kind === 'unlock') {
    if (holder === null || holder.person === me.person) return null;
    const refused = await refuseBeyond(visiting, 'lift-lock', scope, offerFor(kind));
    return refused === null ? null : notYours(refused, holder.by, scope, which);
  }
  const refused = await refuseBeyond(visiting, 'lock', scope, offerFor(kind));
  if (refused !== null || kind !== 'take' || why !== null) return refused;
  return needsReason(scope, which);
}

/** Whoever may not lift it is told who can. */
function notYours(refused: Refusal, holder: string, scope: Scope, which: Which): Refusal {
  const text = 'id' in which ? which.id : scopeWords(scope).trim();
  return {
    ...refused,
    message: [
      `The lock of ${sayScope(scope)} is held by `,
      person(holder),
      `, who can release it; so can a ${permissions['lift-lock'].join(' or ')}.`,
    ],
    offers: [{ label: 'Wait for it', command: 'deploy-maintenance', text: `wait ${text}` }],
  };
}

function needsReason(scope: Scope, which: Which): Refusal {
  const text = 'id' in which ? ` ${which.id}` : scopeWords(scope);
  return refuse(
    'bad-arguments',
    [`Say why you take over the lock of ${sayScope(scope)}: its holder is told.`],
    {
      next: [`Type /deploy-maintenance take${text} --reason "why"`],
      offers: [{ label: 'Wait for it', command: 'deploy-maintenance', text: `wait${text}` }],
    },
  );
}

/** Whoever is handed a lock has to be somebody who could have taken it. Null: whoever waits first. */
async function recipient(
  visiting: Visiting,
  to: string | null,
  scope: Scope,
): Promise<Claimant | Refusal | null> {
  if (to === null) return null;
  const { parts, visitor } = visiting;
  const actor = await parts.directory.look({ id: to, name: '' }, 'fresh');
  const theirs = { parts, visitor: { ...visitor, actor } };
  const refused = await refuseBeyond(theirs, 'lock', scope, offerFor('give'));
  if (refused === null) return { by: to, person: personOf(to, parts.catalog().people) };
  return refuse('not-allowed', [
    person(to),
    ` may not lock ${sayScope(scope)}, so that it cannot be handed to them.`,
  ]);
}

/** Passes on what is over, and tells its holder what is to be told. */
async function attend(sheet: Sheet, parts: EngineParts): Promise<void> {
  const before = Lock.parse(sheet.body);
  const { lock, words } = moveLock(before, { kind: 'tick' }, await parts.store.nowMs());
  const isOver = before.holder?.person !== lock.holder?.person;
  const detail = { holderBefore: before.holder?.by ?? null, holder: lock.holder?.by ?? null };
  const about = { action: 'lock-over', sheet, scope: lock.scope, detail };
  await parts.store.board.put({
    ...sheetOf(parts, { id: sheet.id, version: sheet.version, lock }, words),
    key: `attend/${sheet.version}`,
    records: isOver ? [recordOfProgram(about)] : [],
  });
}
