import { hashOf } from './canonical.ts';
import type { Preference } from './preference.ts';
import type { Offer } from './refusal.ts';
import type { Text } from './text.ts';

/** What somebody finds when they come in, in no medium: theirs first, then what everybody should know. */
export type HomeView = {
  readonly kind: 'home';
  readonly asOfMs: number;
  /** Deployments that wait for this person's yes. */
  readonly approvals: HomeList;
  /** What was done with the glass broken, and somebody else than who broke it has to look at. */
  readonly reviews: HomeList;
  readonly running: HomeList;
  /** What stands in the way of deployments: freezes, locks, maintenance. */
  readonly standing: HomeList;
  readonly failures: HomeList;
  /** Favourites first, then what this person deployed lately, then the others. */
  readonly services: readonly HomeService[];
  readonly moreServices: number;
  readonly preference: Preference;
};

export type HomeList = {
  readonly items: readonly HomeItem[];
  /** How many more there are. */
  readonly more: number;
};

export type HomeItem = {
  readonly text: Text;
  /** Small print. */
  readonly note: Text;
  readonly offers: readonly Offer[];
  /** The deployment whose card it is about; null where there is none. */
  readonly deploymentId: string | null;
};

export type HomeService = {
  readonly name: string;
  readonly isFavourite: boolean;
  readonly places: readonly HomePlace[];
};

export type HomePlace = {
  readonly environment: string;
  /** `v2`, `v1 75 % and v2 25 %`, `nothing`, `not known`. */
  readonly runs: string;
  readonly health: string;
  /** When it was last read; null: never. */
  readonly seenAtMs: number | null;
  /** Why what is known is old; null while it is not. */
  readonly stale: string | null;
};

/** The same for two views that show the same but for when it was looked at. */
export function markOf({ asOfMs: _, services, ...rest }: HomeView): string {
  const lasting = services.map(({ places, ...service }) => ({
    ...service,
    places: places.map(({ seenAtMs: __, ...place }) => place),
  }));
  return hashOf('slipway/home/v1', { ...rest, services: lasting });
}
