import { answer, type Reply } from '../../../core/answer.ts';
import type { AdoptOrder } from '../../../core/desk.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { sayScope } from '../../../core/scope.ts';
import { code } from '../../../core/text.ts';
import { closing, driftOffer, FOREIGN, Foreign } from '../../board/foreign.ts';
import { recordOf } from '../../board/noted.ts';
import { refuseBeyond } from '../../board/reach.ts';
import { adoptionMark, type FoundRelease } from '../../drift.ts';
import { type Held, heldAmong } from '../../held-places.ts';
import type { EngineParts } from '../../parts.ts';
import { heldWords } from '../held-words.ts';
import { findPlace } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { type PlaceRead, readPlaces, serving } from './read.ts';

/**
 * Believes what somebody else has left there: from then on it is what Slipway compares with. The platform is read once
 * more and nothing is changed there; what is adopted is what was shown, or nothing.
 */
export async function adopt(visiting: Visiting, order: AdoptOrder): Promise<Reply> {
  const { parts } = visiting;
  const { service, environment, seen } = order;
  const scope = { service, environment };
  const refused = await refuseBeyond(visiting, 'deploy', scope, (meant) => driftOffer(meant));
  if (refused !== null) return refused;
  const place = findPlace(visiting, {
    permission: 'deploy',
    ...scope,
    offer: (name, where) => driftOffer({ service: name, environment: where }),
  });
  if (isRefusal(place)) return place;
  const [read] = await readPlaces(parts, [place]);
  if (read === undefined) return changed(order);
  const found = adoptable(read, order);
  if (isRefusal(found)) return found;
  if (adoptionMark(place.id, found) !== seen) return changed(order);
  return adoptFound(visiting, order, read, found);
}

function adoptable({ standing, drift, ...read }: PlaceRead, order: AdoptOrder): FoundRelease | Refusal {
  if (typeof standing === 'string') {
    return refuse('unavailable', [`What runs there is not known: ${standing}.`], {
      next: ['Try again in a minute.'],
    });
  }
  if (drift.kind === 'moving') return moving(order, drift.held);
  const all = serving({ standing, drift, ...read });
  const [only, ...others] = all;
  if (only === undefined || others.length > 0 || only.trafficPercent !== 100) {
    return refuse('bad-arguments', ['Only one version that gets all traffic can be adopted.'], {
      next: ['See what runs there now.'],
      offers: [driftOffer(order)],
    });
  }
  if (drift.kind === 'none') {
    return refuse('nothing-to-do', [
      `${only.version.name} is what Slipway left there: there is nothing to adopt.`,
    ]);
  }
  return { releaseId: only.releaseId, version: only.version.name, trafficPercent: only.trafficPercent };
}

async function adoptFound(
  visiting: Visiting,
  order: AdoptOrder,
  { place, state }: PlaceRead,
  found: FoundRelease,
): Promise<Reply> {
  const { parts, visitor } = visiting;
  const id = { kind: FOREIGN, id: place.id };
  const scope = { service: order.service, environment: order.environment };
  const sheet = await parts.store.board.find(id);
  const nowMs = await parts.store.nowMs();
  const known = sheet?.isOpen === true ? (Foreign.safeParse(sheet.body).data ?? null) : null;
  const left = state?.believed?.version ?? null;
  const foreign: Foreign = {
    scope,
    target: place.id,
    left: left ?? '',
    noticedAtMs: nowMs,
    round: known?.round ?? roundOf(sheet?.body),
    closed: null,
    ...known,
    found: [found],
  };
  const closed = { how: 'adopted', by: visitor.actor.id, atMs: nowMs } as const;
  const put = closing(parts, { version: sheet?.version ?? 0 }, foreign, closed, visitor.key);
  const adopted = await parts.store.targets.adopt({
    target: place.id,
    releaseId: found.releaseId,
    version: found.version,
    sheet: {
      ...put,
      // Found by whoever asked, before it was told: then there is no card to be edited, and nobody has to hear of it.
      notices: known === null ? [] : put.notices,
      records: [
        recordOf(visiting, {
          action: 'adopt',
          sheet: id,
          scope,
          detail: { before: left, version: found.version, release: found.releaseId },
        }),
      ],
    },
  });
  if (adopted === 'taken') return movingNow(parts, order, place.id);
  if (adopted === 'behind') return changed(order);
  const sentence = `Slipway believes now that ${found.version} runs as ${sayScope(scope)}. Nothing was changed there.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { isShareable: true });
}

/** The next card there must be a new one, whatever became of those before. */
function roundOf(body: unknown): number {
  return Foreign.safeParse(body).data?.round ?? 1;
}

/** A deployment has taken it since it was read. */
async function movingNow({ store }: EngineParts, order: AdoptOrder, target: string): Promise<Refusal> {
  const states = (await store.targets.all()).filter(({ id }) => id === target);
  return moving(order, (await heldAmong(store.journal, states)).get(target) ?? null);
}

function moving(order: AdoptOrder, held: Held | null): Refusal {
  const offers = [driftOffer(order)];
  const scope = sayScope(order);
  if (held === null) {
    const because = `A deployment of ${scope} is on its way, and decides what is there.`;
    return refuse('target-busy', [because], { next: ['Look again when it has ended.'], offers });
  }
  const because = [`${scope} is held `, ...heldWords(held)];
  if (held.how === 'for-person') {
    return refuse('target-held', because, {
      next: ['Press Resolved on its card when what is wrong there has been put right, then look again.'],
      offers,
    });
  }
  return refuse('target-busy', because, { next: ['Look again when that deployment has ended.'], offers });
}

function changed(order: AdoptOrder): Refusal {
  return refuse(
    'plan-changed',
    ['Something else runs there than what you were shown. Nothing was adopted.'],
    {
      next: ['Look at what runs there now with ', code(`/deploy-compare ${driftOffer(order).text}`), '.'],
      offers: [driftOffer(order)],
    },
  );
}
