import type { HomeView } from '../../src/core/home.ts';
import { noPreference } from '../../src/core/preference.ts';

const nothing = { items: [], more: 0 };

/** What somebody finds who has nothing to do, in a desk without services. */
export const emptyHome: HomeView = {
  kind: 'home',
  asOfMs: 1_795_000_000_000,
  approvals: nothing,
  reviews: nothing,
  running: nothing,
  standing: nothing,
  failures: nothing,
  services: [],
  moreServices: 0,
  preference: noPreference,
};
