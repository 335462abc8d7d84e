import { z } from 'zod';
import { type Answer, answer } from '../../core/answer.ts';
import { type Care, careIdOfAlert, urgencyOf } from '../../core/care.ts';
import type { Offer } from '../../core/refusal.ts';
import { Scope, sayScope } from '../../core/scope.ts';
import { sentence, strong, type Text, time } from '../../core/text.ts';
import type { ToldAlert } from '../../core/told-alert.ts';
import type { Sheet, SheetId } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { bySource, careLines, endCare, newCare } from './care.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

const ALERT = 'alert';
/** An alert that fires is told again every few hours: of one that nobody tells of for a day nothing is known. */
const HEARD_MS = 24 * 3_600_000;
/** How often it is written down that it was heard again. */
const REFRESH_MS = 3_600_000;
const OPEN_MAX = 200;

/** One alert of an alerting system. Each time that it fires anew begins a new message. */
const Alert = z.object({
  scope: Scope,
  from: z.string(),
  name: z.string(),
  severity: z.string().nullable(),
  summary: z.string().nullable(),
  startedAtMs: z.number(),
  heardAtMs: z.number(),
  round: z.number().int().positive(),
  over: z.object({ how: z.enum(['resolved', 'unheard']), atMs: z.number() }).nullable(),
});
type Alert = z.output<typeof Alert>;

/** Told, and in nobody's way. */
export const alerts: SheetKind = {
  kind: ALERT,
  say: async (sheet, parts) => {
    const alert = Alert.parse(sheet.body);
    return sayAlert(alert, await careLines(parts, careIdOfAlert(sheet.id, alert.round)));
  },
  attend: async (sheet, parts) => {
    await over(parts, sheet, Alert.parse(sheet.body), 'unheard');
  },
};

function sayAlert(alert: Alert, lines: Awaited<ReturnType<typeof careLines>>): Answer {
  const { scope, from, name, severity, summary, startedAtMs } = alert;
  const state = alert.over === null ? 'fires' : alert.over.how === 'resolved' ? 'is over' : 'is not heard of';
  const what = `${name} ${state} for ${sayScope(scope)}.`;
  return answer(
    what,
    [
      { kind: 'text', text: [strong(what), ...(summary === null ? [] : [` ${sentence(summary)}`])] },
      {
        kind: 'note',
        text: [
          severity === null ? '' : `Severity ${severity}. `,
          `Told by ${from}, since `,
          time(startedAtMs),
          '. ',
          ...sayOver(alert),
        ],
      },
      ...(lines === null ? [] : [{ kind: 'text', text: lines.say } as const]),
    ],
    {
      title: titleOf(alert, lines?.care.over ?? null),
      offers: [...(lines?.offers ?? []), ...(alert.over === null ? offersOf(scope) : [])],
    },
  );
}

function titleOf({ over: end }: Alert, closed: Care['over']): string {
  if (end !== null) return 'Alert, over';
  return closed?.how === 'owner' ? 'Alert, said to be resolved' : 'Alert';
}

function sayOver({ over: end }: Alert): Text {
  if (end === null) return [];
  if (end.how === 'resolved') return ['Resolved ', time(end.atMs), '.'];
  return ['Nobody has told of it for a day: whether it still fires is not known. Said ', time(end.atMs), '.'];
}

/** A rollback is shown before anything happens. */
function offersOf({ service, environment }: Scope): Offer[] {
  if (service === null || environment === null) return [];
  const text = `${service} --env ${environment}`;
  return [
    { label: 'What runs there', command: 'deploy-status', text },
    { label: 'Show a rollback', command: 'deploy-rollback', text },
  ];
}

/** Writes down what was told, and tells it, once each time that it fires. Harmless to repeat, and in any order. */
export async function noteAlert(parts: EngineParts, told: ToldAlert): Promise<void> {
  const id = { kind: ALERT, id: `${told.from}/${told.fingerprint}` };
  const sheet = await parts.store.board.find(id);
  const { data: before } = Alert.safeParse(sheet?.body);
  if (sheet === null || before === undefined) {
    // The end of what nobody here has heard of is no news.
    if (told.isFiring) await fires(parts, id, sheet, told, 0);
    return;
  }
  if (told.startedAtMs < before.startedAtMs) return;
  if (!told.isFiring) return sheet.isOpen ? over(parts, sheet, before, 'resolved') : undefined;
  const isNew = told.startedAtMs > before.startedAtMs || before.over?.how === 'unheard';
  if (isNew) return fires(parts, id, sheet, told, before.round);
  if (before.over === null) await heardAgain(parts, sheet, before);
}

async function fires(
  parts: EngineParts,
  id: SheetId,
  sheet: Sheet | null,
  { isFiring: _, fingerprint: __, ...told }: ToldAlert,
  rounds: number,
): Promise<void> {
  const { board } = parts.store;
  // Of the last time that it fired nobody told the end.
  if (sheet !== null) await endCare(parts, careIdOfAlert(id.id, rounds), bySource);
  if (
    sheet?.isOpen !== true &&
    (await board.list({ kind: ALERT, isOpen: true, limit: OPEN_MAX })).length === OPEN_MAX
  ) {
    parts.log.warn({ name: told.name, from: told.from }, 'too many alerts fire: this one was not told');
    return;
  }
  const heardAtMs = await parts.store.nowMs();
  const round = rounds + 1;
  await board.put(
    newCare(parts, careIdOfAlert(id.id, round), {
      of: { kind: 'alert', id: id.id, round },
      what: `${told.name} for ${sayScope(told.scope)}`,
      scope: told.scope,
      urgency: urgencyOf(told.severity),
      sinceMs: heardAtMs,
    }),
  );
  await board.put({
    ...id,
    afterVersion: sheet?.version ?? 0,
    key: `fires/${round}/${told.startedAtMs}`,
    body: { ...told, heardAtMs, round, over: null } satisfies Alert,
    isOpen: true,
    dueAtMs: heardAtMs + HEARD_MS,
    notices: sheetNotices(parts, id, told.scope, round),
    records: [
      recordOfProgram({
        action: 'alert-told',
        sheet: id,
        scope: told.scope,
        detail: { name: told.name, from: told.from },
      }),
    ],
  });
}

/** Nobody is told: it is only known to fire still. */
async function heardAgain(
  { store }: EngineParts,
  { kind, id, version }: Sheet,
  before: Alert,
): Promise<void> {
  const heardAtMs = await store.nowMs();
  if (heardAtMs - before.heardAtMs < REFRESH_MS) return;
  await store.board.put({
    kind,
    id,
    afterVersion: version,
    key: `heard/${version}`,
    body: { ...before, heardAtMs } satisfies Alert,
    isOpen: true,
    dueAtMs: heardAtMs + HEARD_MS,
    notices: [],
  });
}

async function over(
  parts: EngineParts,
  { kind, id, version }: Sheet,
  before: Alert,
  how: 'resolved' | 'unheard',
): Promise<void> {
  await parts.store.board.put({
    kind,
    id,
    afterVersion: version,
    key: `${how}/${version}`,
    body: { ...before, over: { how, atMs: await parts.store.nowMs() } } satisfies Alert,
    isOpen: false,
    dueAtMs: null,
    notices: sheetNotices(parts, { kind, id }, before.scope, before.round),
  });
  const end = { ...bySource, how: how === 'unheard' ? how : 'source' } as const;
  await endCare(parts, careIdOfAlert(id, before.round), end);
}
