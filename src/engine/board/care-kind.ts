import { answer } from '../../core/answer.ts';
import { Care, careOffers, escalatesAtMs, sayCare } from '../../core/care.ts';
import { replay } from '../../core/deployment.ts';
import { isUserGroup } from '../../core/notify.ts';
import { isUndecided } from '../../core/spared.ts';
import { duration, group, person, plain, type Span, sentence, type Text } from '../../core/text.ts';
import type { Notice, Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { bySource, CARE, ended, escalationOf, nextCare, threadsOf, wordIn } from './care.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';

/** Who takes care of an alert. It stands in the message of that alert, and has none of its own. */
export const cares: SheetKind = {
  kind: CARE,
  say(sheet, parts) {
    const said = sayCare(Care.parse(sheet.body), escalationOf(parts));
    return answer(plain(said), [{ kind: 'text', text: said }]);
  },
  attend: async (sheet, parts) => attend(sheet, parts, Care.parse(sheet.body)),
};

/** Nobody took it in time: those who come next are told, once. Where there are none its message says so. */
async function attend(sheet: Sheet, parts: EngineParts, care: Care): Promise<void> {
  const { board } = parts.store;
  const atMs = await parts.store.nowMs();
  if (!(await stillStands(parts, care))) {
    await board.put(ended(parts, { sheet, care }, bySource, atMs));
    return;
  }
  const { undecided } = care;
  if ((escalatesAtMs(care, escalationOf(parts)) ?? Number.POSITIVE_INFINITY) > atMs) {
    return undecided === null ? undefined : remind(sheet, parts, { ...care, undecided }, atMs);
  }
  const { to } = escalationOf(parts)[care.urgency];
  const escalated = { atMs, to: [...to] };
  const put = nextCare(parts, sheet, { ...care, escalated }, { key: `escalated/${sheet.version}` });
  await board.put({
    ...put,
    notices: [...put.notices, ...callsOf(parts, sheet, care, atMs)],
    records: [
      recordOfProgram({
        action: 'alert-escalated',
        sheet,
        scope: care.scope,
        detail: { what: care.what, to: escalated.to },
      }),
    ],
  });
}

type Undecided = Care & { readonly undecided: NonNullable<Care['undecided']> };

/** Whoever has it, or else whoever asked for it, is told again that it waits for a decision, in the thread of its card. */
async function remind(sheet: Sheet, parts: EngineParts, care: Undecided, nowMs: number): Promise<void> {
  const { of, undecided, owner, what } = care;
  const entries = of.kind === 'deployment' ? await parts.store.journal.read(of.deploymentId, 0) : [];
  const deployment = entries.length === 0 ? null : replay(entries);
  const { board } = parts.store;
  if (of.kind !== 'deployment' || deployment === null || !isUndecided(deployment)) {
    const key = `decided/${sheet.version}`;
    await board.put(nextCare(parts, sheet, { ...care, undecided: null }, { key }));
    return;
  }
  const { id, version } = sheet;
  const again: Care = { ...care, undecided: { ...undecided, reminders: undecided.reminders + 1 } };
  const waited = duration(nowMs - undecided.sinceMs);
  const text: Text = [
    person(owner?.by ?? deployment.plan.requestedBy),
    ` ${what} has waited for ${waited} for somebody to say whether it stays as it is. Until then nothing else is deployed there.`,
  ];
  const offers = [{ label: `Show ${of.deploymentId}`, command: 'deploy-status', text: of.deploymentId }];
  const put = nextCare(parts, sheet, again, { key: `reminded/${version}` });
  const words = threadsOf(parts, care).map((thread) => wordIn(thread, id, version, text, offers));
  await board.put({ ...put, notices: [...put.notices, ...words] });
}

/** Its end may have been written without this: then nobody is called any more. */
async function stillStands({ store }: EngineParts, { of }: Care): Promise<boolean> {
  return of.kind === 'deployment' || (await store.board.find({ kind: 'alert', id: of.id }))?.isOpen === true;
}

function callsOf(parts: EngineParts, { id, version }: Sheet, care: Care, nowMs: number): Notice[] {
  const { to } = escalationOf(parts)[care.urgency];
  const text: Text = [`Nobody has taken this for ${duration(nowMs - care.sinceMs)}: `, sentence(care.what)];
  const offers = careOffers(id, version, care);
  const channels = to
    .filter((each) => !isUserGroup(each))
    .map((channel): Notice => {
      const key = `word/${CARE}/${id}/${version + 1}/${channel}`;
      const content = {
        kind: 'word',
        to: { kind: 'channel', id: channel },
        text,
        offers,
        under: null,
      } as const;
      return { key, stream: key, lane: 'critical', content };
    });
  const called = to.filter(isUserGroup).flatMap((each): Span[] => [group(each), ' ']);
  const [thread] = threadsOf(parts, care);
  const isCalling = called.length > 0 && thread !== undefined;
  return [...channels, ...(isCalling ? [wordIn(thread, id, version, [...called, ...text])] : [])];
}
