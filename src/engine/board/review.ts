import { type Answer, answer, type Reply } from '../../core/answer.ts';
import { hashOf } from '../../core/canonical.ts';
import { personOf } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { Review, refuseToBreak } from '../../core/review.ts';
import { type Scope, sayScope } from '../../core/scope.ts';
import { code, person, strong, type Text, time } from '../../core/text.ts';
import type { Notice, Put, Sheet } from '../../store/store.ts';
import { refuseUnlessAllowed } from '../desk/place.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { recordOf, recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';
import { loudNotices } from './told.ts';

const KIND = 'review';
const REVIEWS_MAX = 500;
/** How often it is said again that a review is late. */
const NAG_EVERY_MS = 24 * 3_600_000;

/** What was done with the glass broken, until a second person has looked at it. */
export const reviews: SheetKind = {
  kind: KIND,
  say: (sheet) => sayReview(sheet.id, Review.parse(sheet.body)),
  attend,
};

function sayReview(id: string, review: Review): Answer {
  const { action, scope, by, why, incident, brokenAtMs, dueAtMs, closed } = review;
  const what = `${action} of ${sayScope(scope)}`;
  const state: Text =
    closed === null
      ? ['A second person has to review it by ', time(dueAtMs), review.nags > 0 ? '. It is late.' : '.']
      : ['Reviewed by ', person(closed.by), ', ', time(closed.atMs), `: ${closed.note}`];
  const sentence =
    closed === null
      ? `The glass was broken: ${what}, for ${incident}. A review is due.`
      : `The glass was broken: ${what}, for ${incident}. It was reviewed.`;
  return answer(
    sentence,
    [
      { kind: 'text', text: [strong(`Break-glass: ${what}`), ' by ', person(by), ', ', time(brokenAtMs)] },
      {
        kind: 'facts',
        facts: [
          { name: 'Incident', value: [incident] },
          { name: 'Why', value: [why] },
          { name: 'Review', value: state },
        ],
      },
    ],
    {
      title: closed === null ? '⚠ The glass was broken' : 'The glass was broken, and it was reviewed',
      offers:
        closed === null ? [{ label: 'Review…', command: 'deploy-emergency', text: `review ${id}` }] : [],
    },
  );
}

async function all({ store }: EngineParts): Promise<{ sheet: Sheet; review: Review }[]> {
  const sheets = await store.board.list({ kind: KIND, isOpen: null, limit: REVIEWS_MAX });
  return sheets.flatMap((sheet) => {
    const { data: review } = Review.safeParse(sheet.body);
    return review === undefined ? [] : [{ sheet, review }];
  });
}

type Break = {
  readonly action: string;
  readonly scope: Scope;
  readonly why: string;
  readonly incident: string;
};

/** Whether this person may break the glass now; a value to refuse with when they may not. */
export async function refuseBreak(visiting: Visiting): Promise<Refusal | null> {
  const { parts, visitor } = visiting;
  const known = (await all(parts)).map(({ review }) => review);
  const me = personOf(visitor.actor.id, parts.catalog().people);
  const refused = refuseToBreak(known, me, await parts.store.nowMs());
  if (refused === null) return null;
  return refused === 'own-review-open'
    ? refuse('not-allowed', ['Your last break-glass has not been reviewed yet.'], {
        next: ['Somebody else has to review it first: ', code('/deploy-emergency review'), '.'],
      })
    : refuse('not-allowed', ['The glass was broken twice in the last 24 hours already.'], {
        next: ['Somebody who looks after slipway.yml has to help: approvals work as always.'],
      });
}

/**
 * What is written down with the break, in one transaction: there is no break without a review, and no review without
 * one. Loud: a card in the channels of the environments that it reaches, and in those that are configured for emergencies.
 */
export async function reviewOf(visiting: Visiting, broken: Break): Promise<Put> {
  const { parts, visitor } = visiting;
  const { emergency, people } = parts.catalog();
  const nowMs = await parts.store.nowMs();
  const id = `r-${hashOf('slipway/review/v1', visitor.key).slice(0, 8)}`;
  const review: Review = {
    ...broken,
    by: visitor.actor.id,
    person: personOf(visitor.actor.id, people),
    brokenAtMs: nowMs,
    dueAtMs: nowMs + emergency.reviewWithinMs,
    nags: 0,
    closed: null,
  };
  const sheet = { kind: KIND, id };
  return {
    ...sheet,
    afterVersion: 0,
    key: visitor.key,
    body: review,
    isOpen: true,
    dueAtMs: review.dueAtMs,
    notices: loudNotices(parts, sheet, broken.scope),
    records: [
      recordOf(visiting, {
        action: 'break-glass',
        sheet,
        scope: broken.scope,
        detail: { what: broken.action, why: broken.why, incident: broken.incident },
      }),
    ],
  };
}

/** Closes a review, or shows what is still open. Nobody reviews themselves. */
export async function review(visiting: Visiting, id: string | null, note: string | null): Promise<Reply> {
  const { parts, visitor } = visiting;
  const refused = refuseUnlessAllowed(parts.catalog(), visitor.actor, {
    permission: 'review',
    service: null,
    environment: null,
  });
  if (refused !== null) return refused;
  if (id === null || note === null) return openReviews(parts);
  const sheet = await parts.store.board.find({ kind: KIND, id });
  const found = sheet === null ? null : Review.safeParse(sheet.body).data;
  if (sheet === null || found == null) return refuse('not-found', ['There is no review ', code(id), '.']);
  if (found.closed !== null)
    return refuse('too-late', ['It was reviewed already by ', person(found.closed.by), '.']);
  const me = personOf(visitor.actor.id, parts.catalog().people);
  if (me === found.person) {
    return refuse('not-allowed', ['You broke the glass yourself. Somebody else has to review it.']);
  }
  const nowMs = await parts.store.nowMs();
  const put = await parts.store.board.put({
    kind: KIND,
    id,
    afterVersion: sheet.version,
    key: visitor.key,
    body: { ...found, closed: { by: visitor.actor.id, note, atMs: nowMs } },
    isOpen: false,
    dueAtMs: null,
    notices: loudNotices(parts, sheet, found.scope),
    records: [
      recordOf(visiting, {
        action: 'review',
        sheet,
        scope: found.scope,
        detail: { note, incident: found.incident },
      }),
    ],
  });
  if (put === 'behind') return refuse('too-late', ['Somebody reviewed it in the same moment.']);
  const sentence = `${id} is reviewed.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }]);
}

async function openReviews(parts: EngineParts): Promise<Reply> {
  const open = (await all(parts)).filter(({ review: { closed } }) => closed === null);
  if (open.length === 0) {
    const sentence = 'No break-glass waits for a review.';
    return answer(sentence, [{ kind: 'text', text: [sentence] }]);
  }
  return answer(
    `${open.length} break-glass ${open.length === 1 ? 'waits' : 'wait'} for a review.`,
    [
      {
        kind: 'table',
        caption: 'Waits for a review by a second person',
        columns: ['Review', 'What', 'By', 'Incident', 'Due'],
        rows: open.map(({ sheet, review: { action, scope, by, incident, dueAtMs } }) => [
          sheet.id,
          `${action} of ${sayScope(scope)}`,
          by,
          incident,
          new Date(dueAtMs).toISOString().slice(0, 16).replace('T', ' '),
        ]),
      },
    ],
    {
      offers: open.slice(0, 5).map(({ sheet }) => ({
        label: `Review ${sheet.id}…`,
        command: 'deploy-emergency',
        text: `review ${sheet.id}`,
      })),
    },
  );
}

/** Late: said again, once a day, until somebody has done it. */
async function attend(sheet: Sheet, parts: EngineParts): Promise<void> {
  const late = Review.parse(sheet.body);
  const nowMs = await parts.store.nowMs();
  const nags = late.nags + 1;
  const said = parts.catalog().emergency.channels.map((channel): Notice => {
    const key = `word/${KIND}/${sheet.id}/${nags}/${channel}`;
    const text: Text = [
      `The review of ${late.action} of ${sayScope(late.scope)} (${late.incident}) is late: `,
      code(sheet.id),
    ];
    const to = { kind: 'channel', id: channel } as const;
    const offers = [{ label: 'Review…', command: 'deploy-emergency', text: `review ${sheet.id}` }];
    return { key, stream: key, lane: 'critical', content: { kind: 'word', to, text, offers, under: null } };
  });
  await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: `late/${sheet.version}`,
    body: { ...late, nags },
    isOpen: true,
    dueAtMs: nowMs + NAG_EVERY_MS,
    notices: [...loudNotices(parts, sheet, late.scope), ...said],
    records: [recordOfProgram({ action: 'review-late', sheet, scope: late.scope, detail: { nags } })],
  });
}
