import { type Answer, answer, type Part } from '../../core/answer.ts';
import type { AuditRecord } from '../../core/audit/record.ts';
import { Failed } from '../../core/failure.ts';
import { PreviewEnvironment, previewDueMs } from '../../core/preview-environment.ts';
import type { Offer } from '../../core/refusal.ts';
import { sayScope } from '../../core/scope.ts';
import { code, person, sentence, type Text, time } from '../../core/text.ts';
import type { Preview, Previews } from '../../platform/platform.ts';
import type { Notice, PutDown, Sheet } from '../../store/store.ts';
import { placeAt } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

export const PREVIEW = 'preview';
/** A call whose answer was lost is looked for once this has passed. */
export const SETTLED_MS = 120_000;
const AGAIN_MS = 5 * 60_000;

/** Copies that people asked for; each goes when its time is over. They stand in nobody's way. */
export const previews: SheetKind = {
  kind: PREVIEW,
  say: (sheet) => sayPreview(sheet.id, PreviewEnvironment.parse(sheet.body)),
  attend: (sheet, parts) => attend(parts, { sheet, preview: PreviewEnvironment.parse(sheet.body) }),
};

export type HungPreview = { readonly sheet: Sheet; readonly preview: PreviewEnvironment };

const SHEETS_MAX = 500;

/** Those that live, or may. What cannot be read is left out: nothing that we cannot name is ever destroyed. */
export async function openPreviews({ store }: EngineParts): Promise<HungPreview[]> {
  const sheets = await store.board.list({ kind: PREVIEW, isOpen: true, limit: SHEETS_MAX });
  return sheets.flatMap((sheet) => {
    const { data: preview } = PreviewEnvironment.safeParse(sheet.body);
    return preview === undefined ? [] : [{ sheet, preview }];
  });
}

export function sayPreview(id: string, preview: PreviewEnvironment): Answer {
  const { scope, version, owner, ended, previewId } = preview;
  const what = `Preview ${id} of ${sayScope(scope)}: ${version.name}`;
  return answer(
    `${what}, ${sayState(preview)}.`,
    [{ kind: 'text', text: [what, ' for ', person(owner), ': ', ...whenText(preview)] }, ...moreOf(preview)],
    {
      title: what,
      isShareable: true,
      offers: ended === null && previewId !== null ? previewOffers(id) : [],
    },
  );
}

function sayState({ ended, previewId }: PreviewEnvironment): string {
  if (ended !== null) return endWords[ended.how];
  return previewId === null ? 'being made' : 'there for a while';
}

function whenText({ ended, previewId, endsAtMs }: PreviewEnvironment): Text {
  if (ended === null) return [previewId === null ? 'being made; goes ' : 'goes ', time(endsAtMs)];
  const by: Text = ended.by === null ? [] : [' by ', person(ended.by)];
  return [endWords[ended.how], ...by, ', ', time(ended.atMs)];
}

/** Where it is, and what went wrong: of one that is there, or that never came to be. */
function moreOf({ url, problem, ended, previewId }: PreviewEnvironment): Part[] {
  const where: Part[] =
    url === null || ended !== null ? [] : [{ kind: 'text', text: ['It answers at ', code(url)] }];
  if (problem === null) return where;
  if (ended !== null) return [{ kind: 'note', text: [sentence(problem)] }];
  const what = previewId === null ? 'It is not known whether it was made' : 'It could not be destroyed';
  return [...where, { kind: 'note', text: [`${what}: ${problem}. It is tried again.`] }];
}

const endWords = {
  destroyed: 'destroyed',
  over: 'over, and destroyed',
  gone: 'gone: somebody else took it away',
  'not-made': 'never made',
} as const;

export function previewOffers(id: string): Offer[] {
  return [
    { label: 'Keep it a day longer', command: 'deploy-preview', text: `extend ${id} --for 1d` },
    {
      label: 'Destroy it',
      command: 'deploy-preview',
      text: `destroy ${id}`,
      isDangerous: true,
      confirm: { title: 'Destroy this preview?', text: `${id} and what is in it goes for good.` },
    },
  ];
}

export type Next = {
  readonly key: string;
  readonly change: Partial<PreviewEnvironment>;
  /** Instead of when its time says. */
  readonly dueAtMs?: number;
  readonly words?: readonly Notice[];
  readonly record: AuditRecord;
};

/** Its next version, on its card. */
export function putNext(parts: EngineParts, { sheet, preview }: HungPreview, next: Next): Promise<PutDown> {
  const body = { ...preview, ...next.change };
  const id = { kind: PREVIEW, id: sheet.id };
  return parts.store.board.put({
    ...id,
    afterVersion: sheet.version,
    key: next.key,
    body,
    isOpen: body.ended === null,
    dueAtMs: next.dueAtMs ?? previewDueMs(body),
    notices: [...sheetNotices(parts, id, preview.scope), ...(next.words ?? [])],
    records: [next.record],
  });
}

async function attend(parts: EngineParts, hung: HungPreview): Promise<void> {
  const { preview, sheet } = hung;
  const nowMs = await parts.store.nowMs();
  if (preview.previewId === null) return settle(parts, hung, nowMs);
  if (nowMs >= preview.endsAtMs) return end(parts, hung, nowMs);
  if (preview.isWarned) return;
  const text: Text = [
    `Preview ${sheet.id} of ${sayScope(preview.scope)} (${preview.version.name}) goes `,
    time(preview.endsAtMs),
  ];
  const record = recordOfProgram({ action: 'preview-warned', sheet, scope: preview.scope, detail: {} });
  const words = [wordToOwner(hung, 'soon', text, previewOffers(sheet.id))];
  await putNext(parts, hung, { key: `warn/${sheet.version}`, change: { isWarned: true }, words, record });
}

async function end(parts: EngineParts, hung: HungPreview, nowMs: number): Promise<void> {
  const { sheet, preview } = hung;
  const key = `end/${sheet.version}`;
  try {
    const how = (await destroyOne(parts, hung)) === 'destroyed' ? 'over' : 'gone';
    const record = recordOfProgram({ action: 'preview-over', sheet, scope: preview.scope, detail: { how } });
    await putNext(parts, hung, {
      key,
      change: { ended: { how, by: null, atMs: nowMs }, problem: null },
      record,
    });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const problem = error.failure.message;
    const record = recordOfProgram({
      action: 'preview-kept',
      sheet,
      scope: preview.scope,
      detail: { problem },
    });
    await putNext(parts, hung, { key, change: { problem }, dueAtMs: nowMs + AGAIN_MS, record });
  }
}

/**
 * Takes away one preview that hangs on the board, if the platform itself lists it as a preview of this very service. The
 * platform's adapter looks once more.
 * @throws {Failed}
 */
export async function destroyOne(
  parts: EngineParts,
  { sheet, preview }: HungPreview,
): Promise<'destroyed' | 'gone'> {
  const { previewId } = preview;
  const site = previewsAt(parts, preview);
  if (previewId === null || !(await site.list()).some(({ id }) => id === previewId)) return 'gone';
  const intent = { id: `${PREVIEW}/${sheet.id}/destroy/${sheet.version}`, deploymentId: sheet.id };
  try {
    await site.destroy(intent, previewId);
  } catch (error) {
    if (!(error instanceof Failed) || error.failure.code !== 'not-found') throw error;
  }
  return 'destroyed';
}

/** @throws {Failed} */
export function previewsAt(parts: EngineParts, { scope }: Pick<PreviewEnvironment, 'scope'>): Previews {
  const { service, environment } = scope;
  const place = placeAt(parts, service ?? '', environment ?? '');
  if (place?.site.previews !== undefined) return place.site.previews;
  const message = `${sayScope(scope)} has no previews any more`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/** The answer of the call that makes it was lost: one that can be no other is it, and none means that it was not made. */
async function settle(parts: EngineParts, hung: HungPreview, nowMs: number): Promise<void> {
  const { sheet, preview } = hung;
  const key = `settle/${sheet.version}`;
  const detail = { intent: preview.intentId };
  try {
    const known = new Set((await openPreviews(parts)).map((each) => each.preview.previewId));
    const listed = await previewsAt(parts, preview).list();
    const candidates = listed.filter((each) => !known.has(each.id) && couldBe(each, preview));
    const [only, ...others] = candidates;
    if (others.length > 0) throw tooMany(candidates);
    const record = recordOfProgram({ action: 'preview-found', sheet, scope: preview.scope, detail });
    const ended = { how: 'not-made', by: null, atMs: nowMs } as const;
    const change = only === undefined ? { ended } : { previewId: only.id, url: only.url };
    await putNext(parts, hung, { key, change: { ...change, problem: null }, record });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const problem = error.failure.message;
    const record = recordOfProgram({
      action: 'preview-not-found',
      sheet,
      scope: preview.scope,
      detail: { ...detail, problem },
    });
    await putNext(parts, hung, { key, change: { problem }, dueAtMs: nowMs + AGAIN_MS, record });
  }
}

/** Clocks of platforms are not ours. */
const SKEW_MS = 60_000;

function couldBe({ version, createdAtMs }: Preview, preview: PreviewEnvironment): boolean {
  const isSame =
    version.name === preview.version.name ||
    (version.commit !== null && version.commit === preview.version.commit);
  return isSame && (createdAtMs === null || createdAtMs >= preview.sinceMs - SKEW_MS);
}

function tooMany(candidates: readonly Preview[]): Failed {
  const message = `it could be any of ${candidates.map(({ id }) => id).join(', ')}: somebody has to look at the platform`;
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}

function wordToOwner(
  { sheet, preview }: HungPreview,
  what: string,
  text: Text,
  offers: readonly Offer[],
): Notice {
  const key = `word/${PREVIEW}/${sheet.id}/${what}/${sheet.version}`;
  const to = { kind: 'person', id: preview.owner } as const;
  return { key, stream: key, lane: 'critical', content: { kind: 'word', to, text, offers, under: null } };
}
