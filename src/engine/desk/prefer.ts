import { answer, type Part, type Reply } from '../../core/answer.ts';
import { closest } from '../../core/closest.ts';
import type { PreferOrder } from '../../core/desk.ts';
import { may } from '../../core/person.ts';
import { FAVOURITES_MAX, noPreference, type Preference, sayPreference } from '../../core/preference.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { PREFERENCE, preferenceOf, readPreference } from '../board/preference.ts';
import { refuseUnlessAllowed } from './place.ts';
import { didYouMean } from './say.ts';
import type { Visiting } from './visitor.ts';

const ATTEMPTS_MAX = 5;

/** What the visitor has chosen for themselves. */
export function preference({ parts, visitor }: Visiting): Promise<Preference> {
  return preferenceOf(parts.store, visitor.actor.id);
}

/** Changes what the visitor has chosen for themselves, and nobody else's. What is not named stays as it is. */
export async function prefer(visiting: Visiting, order: PreferOrder): Promise<Reply> {
  const { parts, visitor } = visiting;
  const nowhere = { permission: 'look', service: null, environment: null } as const;
  const refused =
    refuseUnlessAllowed(parts.catalog(), visitor.actor, nowhere) ?? refuseUnknown(visiting, order);
  if (refused !== null) return refused;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const after = await put(visiting, order);
    if (after === 'too-many') return tooMany;
    if (after !== 'behind') return said(after);
  }
  return refuse('unavailable', ['It was being changed somewhere else at the same time.'], {
    next: ['Try again.'],
  });
}

async function put(
  { parts: { store }, visitor }: Visiting,
  order: PreferOrder,
): Promise<Preference | 'too-many' | 'behind'> {
  const sheet = { kind: PREFERENCE, id: visitor.actor.id };
  const found = await store.board.find(sheet);
  const before = found === null ? noPreference : readPreference(found);
  const after = changed(before, order, visitor.actor.zone ?? 'UTC');
  if (after.favourites.length > FAVOURITES_MAX) return 'too-many';
  const how = await store.board.put({
    ...sheet,
    afterVersion: found?.version ?? 0,
    key: visitor.key,
    body: after,
    isOpen: false,
    dueAtMs: null,
    notices: [],
  });
  if (how === 'behind') return how;
  return how === 'written' ? after : preferenceOf(store, visitor.actor.id);
}

function changed(before: Preference, order: PreferOrder, zone: string): Preference {
  const from = order.isWhole ? noPreference : before;
  const favourites = order.favourites ?? from.favourites;
  const added = order.favourite === null ? favourites : [...favourites, order.favourite];
  const { quiet } = order;
  return {
    favourites: [...new Set(added)].filter((name) => name !== order.unfavourite),
    direct: order.direct ?? from.direct,
    quiet: quiet === 'none' ? null : quiet === null ? from.quiet : { ...quiet, zone },
  };
}

/** Whoever may not see a service is told the same as if there were none. */
function refuseUnknown({ parts, visitor }: Visiting, { favourites, favourite }: PreferOrder): Refusal | null {
  const { services, grants } = parts.catalog();
  const names = services
    .map(({ name }) => name)
    .filter((service) => may(visitor.actor, 'look', { service, environment: null }, grants));
  const wrong = [...(favourites ?? []), ...(favourite === null ? [] : [favourite])].find(
    (name) => !names.includes(name),
  );
  if (wrong === undefined) return null;
  const meant = closest(wrong, names, 3);
  return refuse('not-found', ['There is no service named ', code(wrong), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map((name) => ({
      label: name,
      command: 'deploy-status',
      text: `prefer --favourite ${name}`,
    })),
  });
}

const tooMany = refuse('bad-arguments', [`There is room for ${FAVOURITES_MAX} favourites.`], {
  next: ['Take one away with ', code('/deploy-status prefer --unfavourite <service>'), '.'],
});

function said(preference: Preference): Reply {
  const lines = sayPreference(preference);
  const parts = lines.map((line): Part => ({ kind: 'text', text: [line] }));
  return answer(lines.join(' '), parts, { title: 'Your preferences' });
}
