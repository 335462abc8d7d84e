import { answer, type Reply } from '../../core/answer.ts';
import { nextOccurrence } from '../../core/calendar/occurrence.ts';
import { hashOf } from '../../core/canonical.ts';
import { Freeze, type FreezeWindow, freezeObstacle, frozenAt } from '../../core/freeze.ts';
import { personOf } from '../../core/person.ts';
import { refuse } from '../../core/refusal.ts';
import { type Scope, sayScope } from '../../core/scope.ts';
import type { Sheet } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import {
  frozenAlready,
  type HungFreeze,
  liftOffer,
  noFreeze,
  notFrozen,
  sayFreeze,
  showFreezeFirst,
  whichFreeze,
} from './freeze-words.ts';
import { recordOf, recordOfProgram } from './noted.ts';
import { refuseBeyond, scopeWords } from './reach.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

const KIND = 'freeze';

/** Nothing new is deployed where it reaches. It goes when it is lifted, or when its time is over for good. */
export const freezes: SheetKind = {
  kind: KIND,
  say: async (sheet, { store }) =>
    sayFreeze({ sheet, freeze: Freeze.parse(sheet.body) }, await store.nowMs()),
  attend,
  obstacle: (sheet, passing) => freezeObstacle(sheet.id, Freeze.parse(sheet.body), passing),
};

export type NewFreeze = {
  readonly scope: Scope;
  readonly window: FreezeWindow;
  readonly zone: string;
  readonly reason: string;
  readonly isEmergency: boolean;
};

/** Puts up a freeze for whoever stands at the desk; takes `freeze` in all of its scope. Asked twice with one key, once. */
export async function putFreeze(visiting: Visiting, asked: NewFreeze): Promise<Reply> {
  const { parts, visitor } = visiting;
  const refused = await refuseBeyond(visiting, 'freeze', asked.scope, (scope, label) => ({
    label,
    command: 'deploy-maintenance',
    text: `freeze${scopeWords(scope)} --reason "${asked.reason.replaceAll('"', "'")}"`,
  }));
  if (refused !== null) return refused;
  const id = `f-${hashOf('slipway/freeze/v1', visitor.key).slice(0, 8)}`;
  const same = await sameFreeze(parts, asked, id);
  if (same !== null) return frozenAlready(same);
  const nowMs = await parts.store.nowMs();
  const freeze: Freeze = { ...asked, by: visitor.actor.id, sinceMs: nowMs };
  const put = await parts.store.board.put({
    kind: KIND,
    id,
    afterVersion: 0,
    key: visitor.key,
    body: freeze,
    isOpen: true,
    dueAtMs: nextTurn(freeze, nowMs),
    notices: sheetNotices(parts, { kind: KIND, id }, freeze.scope),
    records: [
      recordOf(visiting, {
        action: freeze.isEmergency ? 'freeze-emergency' : 'freeze',
        sheet: { kind: KIND, id },
        scope: freeze.scope,
        detail: { reason: freeze.reason, window: freeze.window, zone: freeze.zone },
      }),
    ],
  });
  const sheet = await parts.store.board.find({ kind: KIND, id });
  if (put === 'behind' || sheet === null) {
    return refuse('unavailable', ['No free name could be found for the freeze.'], { next: ['Try again.'] });
  }
  return sayFreeze({ sheet, freeze: Freeze.parse(sheet.body) }, nowMs);
}

/** One that says the same of the same scope, unless it is what this very request put up. */
async function sameFreeze(parts: EngineParts, asked: NewFreeze, mine: string): Promise<HungFreeze | null> {
  const mark = ({ scope, window }: Pick<Freeze, 'scope' | 'window'>) =>
    hashOf('slipway/freeze-mark/v1', [scope, window.kind === 'open' ? 'open' : window]);
  const open = await openFreezes(parts);
  return open.find(({ sheet, freeze }) => sheet.id !== mine && mark(freeze) === mark(asked)) ?? null;
}

const FREEZES_MAX = 500;

/** Those that can be read; what cannot stands in everybody's way all the same, and is no freeze to lift. */
async function openFreezes({ store }: EngineParts): Promise<HungFreeze[]> {
  const sheets = await store.board.list({ kind: KIND, isOpen: true, limit: FREEZES_MAX });
  return sheets.flatMap((sheet) => {
    const { data: freeze } = Freeze.safeParse(sheet.body);
    return freeze === undefined ? [] : [{ sheet, freeze }];
  });
}

export type WhichFreeze =
  | {
      readonly id: string;
      /** The version that was shown; null shows one that somebody else put up before it is lifted. */
      readonly seen: number | null;
    }
  | { readonly scope: Scope };

/** Lifts a freeze, named by its id or by exactly its scope. Somebody else's is shown first. Takes `freeze` in its scope. */
export async function liftFreeze(visiting: Visiting, which: WhichFreeze): Promise<Reply> {
  const { parts } = visiting;
  if ('id' in which) {
    const sheet = await parts.store.board.find({ kind: KIND, id: which.id });
    return sheet === null ? noFreeze(which.id) : liftOne(visiting, sheet, which.seen);
  }
  const { service, environment } = which.scope;
  const refused = await refuseBeyond(visiting, 'freeze', which.scope, (scope, label) => ({
    label,
    command: 'deploy-maintenance',
    text: `unfreeze${scopeWords(scope)}`,
  }));
  if (refused !== null) return refused;
  const open = await openFreezes(parts);
  const found = open.filter(
    ({ freeze: { scope } }) => scope.service === service && scope.environment === environment,
  );
  const [first, ...others] = found;
  if (first === undefined) return notFrozen(open, which.scope);
  return others.length === 0 ? liftOne(visiting, first.sheet, null) : whichFreeze(found);
}

async function liftOne(visiting: Visiting, sheet: Sheet, seen: number | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const freeze = Freeze.parse(sheet.body);
  const refused = await refuseBeyond(visiting, 'freeze', freeze.scope, (_, label) =>
    liftOffer({ sheet, freeze }, label),
  );
  if (refused !== null) return refused;
  const what = sayScope(freeze.scope);
  if (!sheet.isOpen) return refuse('too-late', [`That freeze of ${what} is over.`]);
  const { people } = parts.catalog();
  const isOwn = personOf(freeze.by, people) === personOf(visitor.actor.id, people);
  if (!isOwn && seen !== sheet.version) return showFreezeFirst({ sheet, freeze }, await parts.store.nowMs());
  const detail = { reason: freeze.reason, putUpBy: freeze.by };
  const put = await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: visitor.key,
    body: freeze,
    isOpen: false,
    dueAtMs: null,
    notices: sheetNotices(parts, sheet, freeze.scope),
    records: [recordOf(visiting, { action: 'freeze-lift', sheet, scope: freeze.scope, detail })],
  });
  const sentence = `The freeze of ${what} ${put === 'behind' ? 'was lifted already' : 'is lifted'}.`;
  const goesOn =
    'What it stopped on its way goes on; what waits for its start begins when all else is right.';
  return answer(sentence, [
    { kind: 'text', text: [sentence] },
    { kind: 'note', text: [goesOn] },
  ]);
}

/** When it begins, or is over, next; null when it does neither by itself any more. */
function nextTurn({ window }: Freeze, nowMs: number): number | null {
  if (window.kind === 'open') return window.fromMs > nowMs ? window.fromMs : null;
  return frozenAt(window, nowMs)?.untilMs ?? nextOccurrence(window, nowMs)?.fromMs ?? null;
}

/** Shows that it begins, and takes down what is over for good. */
async function attend(sheet: Sheet, parts: EngineParts): Promise<void> {
  const freeze = Freeze.parse(sheet.body);
  const { scope, reason } = freeze;
  const nowMs = await parts.store.nowMs();
  const dueAtMs = nextTurn(freeze, nowMs);
  const isOver = dueAtMs === null && frozenAt(freeze.window, nowMs) === null;
  await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: `attend/${sheet.version}`,
    body: freeze,
    isOpen: !isOver,
    dueAtMs,
    notices: sheetNotices(parts, sheet, scope),
    records: isOver ? [recordOfProgram({ action: 'freeze-end', sheet, scope, detail: { reason } })] : [],
  });
}
