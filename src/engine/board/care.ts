import {
  Care,
  careDueAtMs,
  careIdOfDeployment,
  careOffers,
  escalationAtFirst,
  sayCare,
} from '../../core/care.ts';
import type { Offer } from '../../core/refusal.ts';
import type { Report } from '../../core/report.ts';
import type { Text } from '../../core/text.ts';
import type { Destination, Notice, Put, Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { recordOfProgram } from './noted.ts';
import { sheetNotices } from './told.ts';

export const CARE = 'care';

export function escalationOf({ catalog }: Pick<EngineParts, 'catalog'>) {
  return catalog().escalation ?? escalationAtFirst;
}

export type HungCare = { readonly sheet: Sheet; readonly care: Care };

export async function findCare({ store }: EngineParts, id: string): Promise<HungCare | null> {
  const sheet = await store.board.find({ kind: CARE, id });
  const { data: care } = Care.safeParse(sheet?.body);
  return sheet === null || care === undefined ? null : { sheet, care };
}

/** What stands in the message of an alert about who takes care of it, and its buttons. */
export async function careLines(
  parts: EngineParts,
  id: string,
): Promise<{ readonly say: Text; readonly offers: readonly Offer[]; readonly care: Care } | null> {
  const found = await findCare(parts, id);
  if (found === null) return null;
  const { sheet, care } = found;
  return { say: sayCare(care, escalationOf(parts)), offers: careOffers(id, sheet.version, care), care };
}

/** A report with who takes care of its alert. */
export async function withCare(parts: EngineParts, report: Report): Promise<Report> {
  const lines = await careLines(parts, careIdOfDeployment(report.deploymentId));
  return lines === null ? report : { ...report, care: { say: lines.say, offers: lines.offers } };
}

/** An alert that nobody has yet; whoever raises it tells of it. */
export function newCare(
  parts: EngineParts,
  id: string,
  about: Pick<Care, 'of' | 'what' | 'scope' | 'urgency' | 'sinceMs'> & Partial<Pick<Care, 'undecided'>>,
): Put {
  const care: Care = { undecided: null, ...about, owner: null, escalated: null, over: null };
  const { scope, what, urgency } = about;
  const detail = { what, urgency };
  return {
    ...nextCare(parts, { id, version: 0 }, care, { key: `raised/${about.sinceMs}` }),
    notices: [],
    records: [recordOfProgram({ action: 'alert-raised', sheet: { kind: CARE, id }, scope, detail })],
  };
}

/** The next version, with the message of the alert brought up to date; `said` is said in its thread. */
export function nextCare(
  parts: EngineParts,
  { id, version }: Pick<Sheet, 'id' | 'version'>,
  care: Care,
  { key, said = null }: { readonly key: string; readonly said?: Text | null },
): Put {
  const words =
    said === null ? [] : threadsOf(parts, care).map((thread) => wordIn(thread, id, version, said));
  return {
    kind: CARE,
    id,
    afterVersion: version,
    key,
    body: care,
    isOpen: care.over === null,
    dueAtMs: careDueAtMs(care, escalationOf(parts)),
    notices: [...messagesOf(parts, care), ...words],
  };
}

/** The messages that show the alert. */
function messagesOf(parts: EngineParts, { of, scope }: Care): Notice[] {
  if (of.kind === 'alert') return sheetNotices(parts, { kind: 'alert', id: of.id }, scope, of.round);
  const { deploymentId, environment } = of;
  const key = `alert/${deploymentId}`;
  const content = { kind: 'alert', deploymentId, environment, seq: null } as const;
  return [{ key, stream: key, lane: 'critical', content }];
}

export type Thread = { readonly to: Destination; readonly under: string };

/** Where words about it are said: under its message, and of a deployment under its card, in whose thread that stands. */
export function threadsOf(parts: EngineParts, care: Care): Thread[] {
  const { of } = care;
  if (of.kind === 'deployment') {
    return [{ to: { kind: 'environment', name: of.environment }, under: `card/${of.deploymentId}` }];
  }
  return messagesOf(parts, care).flatMap(({ key, content }) =>
    content.kind === 'sheet' ? [{ to: content.to, under: key }] : [],
  );
}

export function wordIn(
  { to, under }: Thread,
  id: string,
  version: number,
  text: Text,
  offers: readonly Offer[] = [],
): Notice {
  const key = `word/${CARE}/${id}/${version + 1}/${under}`;
  return { key, stream: key, lane: 'critical', content: { kind: 'word', to, text, offers, under } };
}

export type CareEnd = Omit<NonNullable<Care['over']>, 'atMs'>;

export const bySource: CareEnd = { how: 'source', by: null, why: null };

export function ended(parts: EngineParts, { sheet, care }: HungCare, end: CareEnd, atMs: number): Put {
  return nextCare(parts, sheet, { ...care, over: { ...end, atMs } }, { key: `over/${sheet.version}` });
}

/** What was alarming is over, by itself or because somebody has dealt with it. Harmless to repeat. */
export async function endCare(parts: EngineParts, id: string, end: CareEnd): Promise<void> {
  const found = await findCare(parts, id);
  if (found === null || found.care.over !== null) return;
  await parts.store.board.put(ended(parts, found, end, await parts.store.nowMs()));
}
