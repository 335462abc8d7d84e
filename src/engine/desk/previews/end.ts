import { answer, type Reply } from '../../../core/answer.ts';
import { Failed } from '../../../core/failure.ts';
import { PreviewEnvironment } from '../../../core/preview-environment.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, sentence } from '../../../core/text.ts';
import { recordOf } from '../../board/noted.ts';
import { destroyOne, type HungPreview, PREVIEW, putNext, sayPreview } from '../../board/preview.ts';
import { refuseBeyond } from '../../board/reach.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';

const LIFE_MAX_MS = 30 * 86_400_000;

/** Counted from now, so that pressing twice does not keep it twice as long. */
export async function extendPreview(visiting: Visiting, id: string, forMs: number): Promise<Reply> {
  const hung = await findPreview(visiting, id);
  if (isRefusal(hung)) return hung;
  const { sheet, preview } = hung;
  const nowMs = await visiting.parts.store.nowMs();
  const endsAtMs = Math.max(preview.endsAtMs, nowMs + Math.min(forMs, LIFE_MAX_MS));
  const record = recordOf(visiting, {
    action: 'preview-extend',
    sheet,
    scope: preview.scope,
    detail: { forMs },
  });
  const change = { endsAtMs, isWarned: false, problem: null };
  const put = await putNext(visiting.parts, hung, { key: visiting.visitor.key, change, record });
  return put === 'behind' ? behind(id) : sayPreview(id, { ...preview, ...change });
}

/** Takes a preview away for good. There is no way to name anything here that is not one. */
export async function destroyPreview(visiting: Visiting, id: string): Promise<Reply> {
  const hung = await findPreview(visiting, id);
  if (isRefusal(hung)) return hung;
  const { parts, visitor } = visiting;
  const { sheet, preview } = hung;
  if (preview.previewId === null) {
    return refuse('too-late', [`${id} is still being made.`], { next: ['Try again in a few minutes.'] });
  }
  try {
    const how = await destroyOne(parts, hung);
    const ended = { how, by: visitor.actor.id, atMs: await parts.store.nowMs() };
    const record = recordOf(visiting, {
      action: 'preview-destroy',
      sheet,
      scope: preview.scope,
      detail: { how },
    });
    await putNext(parts, hung, { key: visitor.key, change: { ended, problem: null }, record });
    const sentence = how === 'gone' ? `${id} was gone already.` : `${id} is destroyed.`;
    return answer(sentence, [{ kind: 'text', text: [sentence] }]);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse('unavailable', [sentence(`${id} could not be destroyed: ${error.failure.message}`)], {
      next: ['It is still there. Try again in a minute.'],
    });
  }
}

/** One that lives, for somebody who may deploy where it comes from. */
async function findPreview(visiting: Visiting, id: string): Promise<HungPreview | Refusal> {
  const { parts, visitor } = visiting;
  const anywhere = { permission: 'deploy', service: null, environment: null } as const;
  const stranger = refuseUnlessAllowed(parts.catalog(), visitor.actor, anywhere);
  if (stranger !== null) return stranger;
  const sheet = await parts.store.board.find({ kind: PREVIEW, id });
  const preview = sheet === null ? null : (PreviewEnvironment.safeParse(sheet.body).data ?? null);
  if (sheet === null || preview === null) return notThere(id);
  const refused = await refuseBeyond(visiting, 'deploy', preview.scope, () => listOffer);
  // Who may not know of it is told the same as where there is none.
  if (refused !== null) return refused.code === 'not-allowed' ? notThere(id) : refused;
  if (preview.ended === null) return { sheet, preview };
  return refuse('too-late', [`${id} is not there any more.`], { offers: [listOffer] });
}

const listOffer = { label: 'Previews', command: 'deploy-preview', text: 'list' } as const;

function notThere(id: string): Refusal {
  return refuse('not-found', ['There is no preview ', code(id), '.'], {
    next: ['See those that there are.'],
    offers: [listOffer],
  });
}

function behind(id: string): Refusal {
  return refuse('too-late', [`Something happened to ${id} in the same moment.`], { offers: [listOffer] });
}
