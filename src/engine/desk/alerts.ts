import type { AlertOrder } from '../../core/alert-order.ts';
import { answer, type Reply } from '../../core/answer.ts';
import { Care, careOffers, takeOver } from '../../core/care.ts';
import { may, personOf } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { overlaps, type Scope, sayScope } from '../../core/scope.ts';
import { code, person, plain, type Text, time } from '../../core/text.ts';
import { CARE, findCare, type HungCare, nextCare } from '../board/care.ts';
import { recordOf } from '../board/noted.ts';
import { refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

/** Alerts: which there are, who has them, and that they are dealt with. */
export async function alerts(visiting: Visiting, order: AlertOrder): Promise<Reply> {
  if (order.kind === 'list') return list(visiting, order.scope);
  const found = await findOpen(visiting, order.id);
  if ('code' in found) return found;
  return order.kind === 'take' ? take(visiting, found, order.seen) : close(visiting, found, order.why);
}

/** Whoever may stop a deployment there may take it: it changes nothing but whom people turn to. */
async function findOpen(visiting: Visiting, id: string): Promise<HungCare | Refusal> {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const found = await findCare(parts, id);
  const nowhere = { service: null, environment: null };
  if (found === null || !may(visitor.actor, 'look', found.care.scope, catalog.grants)) {
    const isSomebody = may(visitor.actor, 'look', nowhere, catalog.grants);
    const refused = refuseUnlessAllowed(catalog, visitor.actor, { permission: 'stop', ...nowhere });
    return (isSomebody ? null : refused) ?? noAlert(id);
  }
  const refused = refuseUnlessAllowed(catalog, visitor.actor, { permission: 'stop', ...found.care.scope });
  if (refused !== null) return refused;
  return found.care.over === null ? found : refuse('too-late', [`${found.care.what}: that is over already.`]);
}

function noAlert(id: string): Refusal {
  return refuse('not-found', ['There is no alert ', code(id), '.'], {
    next: ['See ', code('/deploy-health alerts'), '.'],
  });
}

async function take(visiting: Visiting, found: HungCare, seen: number | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { sheet, care } = found;
  const { id: me } = visitor.actor;
  if (care.owner !== null && isSame(visiting, care.owner.by)) {
    return refuse('nothing-to-do', [`${care.what}: you have it already.`], {
      offers: careOffers(sheet.id, sheet.version, care).slice(0, 1),
    });
  }
  if (care.owner !== null && seen !== sheet.version) {
    const { by, atMs } = care.owner;
    return refuse('target-held', [`${care.what}: `, person(by), ' has it, since ', time(atMs), '.'], {
      next: ['Ask them, or take it over: everybody who sees the alert reads that.'],
      offers: [takeOver(sheet.id, sheet.version, care.what)],
    });
  }
  const from = care.owner?.by ?? null;
  const said: Text =
    from === null ? [person(me), ' takes it.'] : [person(me), ' has taken it over from ', person(from), '.'];
  const taken: Care = { ...care, owner: { by: me, atMs: await parts.store.nowMs() } };
  return write(visiting, found, taken, {
    action: from === null ? 'alert-take' : 'alert-take-over',
    detail: { what: care.what, from },
    said,
    sentence: `${care.what}: you have it.`,
  });
}

async function close(visiting: Visiting, found: HungCare, why: string | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { sheet, care } = found;
  if (care.owner === null || !isSame(visiting, care.owner.by)) {
    const whose: Text = care.owner === null ? ['nobody has it'] : [person(care.owner.by), ' has it'];
    return refuse(
      'target-held',
      [`${care.what}: `, ...whose, '. Only who has it says that it is resolved.'],
      {
        offers: careOffers(sheet.id, sheet.version, care).slice(-1),
      },
    );
  }
  const { id: by } = visitor.actor;
  const over = { how: 'owner', by, why, atMs: await parts.store.nowMs() } as const;
  return write(
    visiting,
    found,
    { ...care, over },
    {
      action: 'alert-close',
      detail: { what: care.what, why },
      said: [person(by), ' says that it is resolved', why === null ? '.' : `: ${why}`],
      sentence: `${care.what}: resolved.`,
    },
  );
}

type Change = {
  readonly action: string;
  readonly detail: Readonly<Record<string, string | null>>;
  readonly said: Text;
  readonly sentence: string;
};

/** With its record, in one transaction; of two who press at once the first one has it. */
async function write(
  visiting: Visiting,
  { sheet }: HungCare,
  care: Care,
  { action, detail, said, sentence }: Change,
): Promise<Reply> {
  const { parts, visitor } = visiting;
  const put = await parts.store.board.put({
    ...nextCare(parts, sheet, care, { key: visitor.key, said }),
    records: [recordOf(visiting, { action, sheet, scope: care.scope, detail: { ...detail } })],
  });
  if (put === 'behind') {
    return refuse(
      'too-late',
      ['Something changed about it in the same moment. Nothing was changed by you.'],
      {
        next: ['Look at it again: ', code('/deploy-health alerts'), '.'],
      },
    );
  }
  return answer(sentence, [{ kind: 'text', text: [sentence] }]);
}

function isSame({ parts, visitor }: Visiting, account: string): boolean {
  const { people } = parts.catalog();
  return personOf(account, people) === personOf(visitor.actor.id, people);
}

const OPEN_MAX = 500;
const ROWS_MAX = 90;
const OFFERS_MAX = 5;

async function list(visiting: Visiting, scope: Scope): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { grants } = parts.catalog();
  const refused = refuseUnlessAllowed(parts.catalog(), visitor.actor, { permission: 'look', ...scope });
  if (refused !== null) return refused;
  const sheets = await parts.store.board.list({ kind: CARE, isOpen: true, limit: OPEN_MAX });
  const open = sheets.flatMap((sheet): HungCare[] => {
    const { data: care } = Care.safeParse(sheet.body);
    const isShown =
      care !== undefined && overlaps(care.scope, scope) && may(visitor.actor, 'look', care.scope, grants);
    return isShown ? [{ sheet, care }] : [];
  });
  const note = { kind: 'note', text: ['As of ', time(await parts.store.nowMs())] } as const;
  if (open.length === 0) {
    const sentence = `No alert is open for ${sayScope(scope)}.`;
    return answer(sentence, [{ kind: 'text', text: [sentence] }, note], { isShareable: true });
  }
  const untaken = open.filter(({ care }) => care.owner === null);
  const sentence = `${open.length === 1 ? '1 alert is' : `${open.length} alerts are`} open for ${sayScope(scope)}; nobody has ${untaken.length} of them.`;
  const table = {
    kind: 'table',
    caption: 'Open alerts',
    columns: ['Alert', 'What', 'Urgency', 'Since', 'Who has it'],
    rows: open
      .slice(0, ROWS_MAX)
      .map(({ sheet, care }) => [
        sheet.id,
        care.what,
        care.urgency,
        plain([time(care.sinceMs)]),
        care.owner?.by ?? 'nobody',
      ]),
  } as const;
  const offers = untaken.slice(0, OFFERS_MAX).flatMap(({ sheet, care }) =>
    careOffers(sheet.id, sheet.version, care).map((offer) => ({
      ...offer,
      label: `${offer.label}: ${sheet.id}`,
    })),
  );
  return answer(sentence, [table, note], { title: 'Open alerts', offers, isShareable: true });
}
