import { noPreference, Preference } from '../../core/preference.ts';
import type { Sheet, Store } from '../../store/store.ts';

/** Kept closed, because it stands in nobody's way and nobody has to attend to it. */
export const PREFERENCE = 'preference';

/** What somebody has chosen; what cannot be read is as if they had chosen nothing. */
export async function preferenceOf(store: Pick<Store, 'board'>, account: string): Promise<Preference> {
  const found = await store.board.find({ kind: PREFERENCE, id: account });
  return found === null ? noPreference : readPreference(found);
}

export function readPreference({ body }: Pick<Sheet, 'body'>): Preference {
  return Preference.safeParse(body).data ?? noPreference;
}
