import type { Reply } from '../../../core/answer.ts';
import { hashOf } from '../../../core/canonical.ts';
import { serviceNamed } from '../../../core/catalog.ts';
import type { PreviewOrder } from '../../../core/desk.ts';
import { Failed } from '../../../core/failure.ts';
import { PreviewEnvironment } from '../../../core/preview-environment.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { sayScope } from '../../../core/scope.ts';
import { sentence } from '../../../core/text.ts';
import type { Preview } from '../../../platform/platform.ts';
import { recordOf } from '../../board/noted.ts';
import {
  type HungPreview,
  openPreviews,
  PREVIEW,
  previewsAt,
  putNext,
  SETTLED_MS,
  sayPreview,
} from '../../board/preview.ts';
import { refuseBeyond } from '../../board/reach.ts';
import { sheetNotices } from '../../board/told.ts';
import { readPlace } from '../ground.ts';
import { findPlace, type Place, refuseUnlessAllowed } from '../place.ts';
import { chooseVersion } from '../version.ts';
import type { Visiting } from '../visitor.ts';

type Create = Extract<PreviewOrder, { kind: 'create' }>;

/** Each one costs money: whoever wants more takes one away first. */
const EACH_MAX = 10;

/** What is about to be made is on the board before the platform is asked, so that it can be found whatever happens. */
export async function createPreview(visiting: Visiting, order: Create): Promise<Reply> {
  const { parts, visitor } = visiting;
  const place = await placeFor(visiting, order);
  if (isRefusal(place)) return place;
  const scope = { service: place.service.name, environment: place.environment.name };
  const refused = await refuseBeyond(visiting, 'deploy', scope, () => again(order, order.ref));
  if (refused !== null) return refused;
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  const version = await chooseVersion(parts, place, reading, order.ref, (name) => again(order, name));
  if (isRefusal(version)) return version;
  const id = `p-${hashOf('slipway/preview/v1', visitor.key).slice(0, 8)}`;
  const mine = (await openPreviews(parts)).filter(({ preview }) => preview.scope.service === scope.service);
  if (mine.length >= EACH_MAX && mine.every(({ sheet }) => sheet.id !== id)) return tooMany(order);
  const nowMs = await parts.store.nowMs();
  const preview: PreviewEnvironment = {
    scope,
    previewId: null,
    intentId: `${PREVIEW}/${id}/create`,
    version: { name: version.name, commit: version.commit },
    url: null,
    owner: visitor.actor.id,
    sinceMs: nowMs,
    endsAtMs: nowMs + order.forMs,
    isWarned: false,
    problem: null,
    ended: null,
  };
  const sheet = { kind: PREVIEW, id };
  const put = await parts.store.board.put({
    ...sheet,
    afterVersion: 0,
    key: visitor.key,
    body: preview,
    isOpen: true,
    dueAtMs: nowMs + SETTLED_MS,
    notices: sheetNotices(parts, sheet, scope),
    records: [
      recordOf(visiting, { action: 'preview-create', sheet, scope, detail: { version: version.name } }),
    ],
  });
  return put === 'written' ? make(visiting, id) : asItIs(visiting, id);
}

async function make(visiting: Visiting, id: string): Promise<Reply> {
  const hung = await hungNow(visiting, id);
  if (hung === null) return nowhere();
  const { preview } = hung;
  try {
    const intent = { id: preview.intentId, deploymentId: id };
    const made = await previewsAt(visiting.parts, preview).create(intent, {
      version: preview.version,
      endsAtMs: preview.endsAtMs,
    });
    await put(visiting, hung, 'preview-made', madeOf(made));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return notMade(visiting, hung, error);
  }
  return asItIs(visiting, id);
}

function madeOf({ id, url }: Preview): Partial<PreviewEnvironment> {
  return { previewId: id, url };
}

/** It may have been made all the same: then whoever attends to the board finds out. */
async function notMade(visiting: Visiting, hung: HungPreview, { failure }: Failed): Promise<Reply> {
  const where = sayScope(hung.preview.scope);
  if (failure.code === 'outcome-unknown' || failure.code === 'misunderstood') {
    return refuse(
      'unavailable',
      [sentence(`Nobody knows yet whether a preview of ${where} was made: ${failure.message}`)],
      {
        next: ['It is being found out. See it in a few minutes.'],
        offers: [{ label: 'Previews', command: 'deploy-preview', text: 'list' }],
      },
    );
  }
  const atMs = await visiting.parts.store.nowMs();
  await put(visiting, hung, 'preview-not-made', {
    ended: { how: 'not-made', by: null, atMs },
    problem: failure.message,
  });
  return refuse('unavailable', [sentence(`No preview of ${where} was made: ${failure.message}`)]);
}

function put(visiting: Visiting, hung: HungPreview, action: string, change: Partial<PreviewEnvironment>) {
  const { sheet, preview } = hung;
  const record = recordOf(visiting, { action, sheet, scope: preview.scope, detail: {} });
  return putNext(visiting.parts, hung, { key: `${visiting.visitor.key}/made`, change, record });
}

async function hungNow({ parts }: Visiting, id: string): Promise<HungPreview | null> {
  const sheet = await parts.store.board.find({ kind: PREVIEW, id });
  const preview = sheet === null ? null : (PreviewEnvironment.safeParse(sheet.body).data ?? null);
  return sheet === null || preview === null ? null : { sheet, preview };
}

async function asItIs(visiting: Visiting, id: string): Promise<Reply> {
  const hung = await hungNow(visiting, id);
  return hung === null ? nowhere() : sayPreview(id, hung.preview);
}

function nowhere(): Refusal {
  return refuse('unavailable', ['The preview is not on the board.'], { next: ['Try again.'] });
}

/** Where it was asked for, or the first place of the service whose platform makes previews. */
async function placeFor(visiting: Visiting, order: Create): Promise<Place | Refusal> {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const { service, environment } = order;
  const refused = refuseUnlessAllowed(catalog, visitor.actor, { permission: 'deploy', service, environment });
  if (refused !== null) return refused;
  const targets = serviceNamed(catalog, service)?.targets ?? [];
  const wheres = environment === null ? targets.map((target) => target.environment) : [environment];
  let reason: Refusal | null = null;
  for (const where of wheres.length === 0 ? ['staging'] : wheres) {
    const place = findPlace(visiting, {
      permission: 'deploy',
      service,
      environment: where,
      offer: (name, there) => again({ ...order, service: name, environment: there }, order.ref),
    });
    const why = isRefusal(place) ? place : await refuseUnable(place);
    if (why === null) return place as Place;
    reason ??= why;
  }
  return reason ?? refuse('not-found', [`${service} runs nowhere.`]);
}

async function refuseUnable({ site, target, id }: Place): Promise<Refusal | null> {
  try {
    const { previews } = await site.capabilities();
    if (previews?.can === true && site.previews !== undefined) return null;
    const say = previews?.can === false ? previews.say : `${target.platform} makes no previews`;
    return refuse('not-supported', [`There are no previews of ${id}: ${sentence(say)}`]);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse('unavailable', [
      sentence(`${target.platform} could not be asked about ${id}: ${error.failure.message}`),
    ]);
  }
}

function again({ service, environment }: Pick<Create, 'service' | 'environment'>, ref: string): Offer {
  const where = environment === null ? '' : ` --env ${environment}`;
  return { label: `${service}@${ref}`, command: 'deploy-preview', text: `create ${service}@${ref}${where}` };
}

function tooMany({ service }: Create): Refusal {
  return refuse('not-supported', [`There are ${EACH_MAX} previews of ${service} already.`], {
    next: ['Destroy one that nobody needs any more.'],
    offers: [{ label: `Previews of ${service}`, command: 'deploy-preview', text: `list ${service}` }],
  });
}
