import type { Site } from '../platform.ts';
import { type Naming, serving } from './deployment.ts';
import { readSettings } from './environment.ts';
import { madeByIntent, type Owned } from './generations.ts';
import { readLogs } from './logs.ts';
import { releaseIdOf } from './marks.ts';
import type { Place } from './place.ts';
import { readUsage } from './usage.ts';
import { versionsOf } from './versions.ts';

type Questions = Required<Pick<Site, 'versions' | 'find' | 'settings' | 'logs' | 'measure' | 'usage'>>;

/** What is only asked, and answered in the same way in every mode. */
export function questions(
  naming: Naming,
  place: Place,
  read: () => Promise<readonly Owned[]>,
  servingFirst = read,
): Questions {
  const all = async () => (await read()).flatMap(({ generations }) => generations);
  return {
    async versions(limit) {
      return versionsOf(await all(), limit);
    },
    async find(intent) {
      const made = madeByIntent(await all(), intent.id, releaseIdOf(intent));
      return made === undefined ? { kind: 'absent' } : { kind: 'found', releaseId: made.releaseId };
    },
    async settings() {
      const [owned] = await servingFirst();
      if (owned === undefined) return [];
      return readSettings(place.cluster, place.targetId, serving(naming)(owned.template));
    },
    async logs(query) {
      const logged = (await read()).map((owned) => {
        return { ...owned, container: serving(naming)(owned.template).name };
      });
      return readLogs(place, logged, query);
    },
    measure: async () => null,
    async usage(releaseId) {
      return readUsage(place.cluster, await read(), releaseId);
    },
  };
}
