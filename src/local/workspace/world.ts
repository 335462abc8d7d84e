import type { Buckets } from './bucket.ts';
import type { Delivery, Outcome } from './deliver/delivery.ts';
import type { SocketTransport } from './deliver/socket.ts';
import type { Hub } from './hub.ts';
import type { Ids } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { Access } from './oauth/access.ts';
import type { Settings } from './options.ts';
import type { Faults, Snapshot } from './page-contract.ts';
import type { ResponseUrls } from './response-url.ts';
import type { Screens } from './screens.ts';
import type { State } from './state.ts';
import type { Triggers } from './trigger.ts';
import type { Wire } from './wire.ts';

/** One open workspace: what its parts share. */
export type World = {
  readonly settings: Settings;
  /** `http://127.0.0.1:4600`, known once the server listens. */
  readonly url: () => string;
  readonly hub: Hub;
  readonly ids: Ids;
  readonly state: State;
  readonly screens: Screens;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly buckets: Buckets;
  readonly wire: Wire;
  readonly ledger: Ledger;
  readonly faults: () => Faults;
  readonly setFaults: (faults: Faults) => void;
  readonly connection: () => Snapshot['connection'];
  readonly socket: SocketTransport | null;
  /** Which tokens are good here. */
  readonly access: Access;
  readonly isRefreshToken: (token: string) => boolean;
  /** Tells the app something, with the faults that are switched on. */
  readonly deliver: (delivery: Delivery) => Promise<Outcome>;
  /** Ends when the wait is over or the workspace closes. @returns whether the workspace is still open. */
  readonly pause: (ms: number) => Promise<boolean>;
};

/** Whether a fault that is to happen this often happens now. */
export function strikes(world: World, percent: number): boolean {
  return percent > 0 && world.settings.random() * 100 < percent;
}

/** Whether the app's bot is in this channel. */
export function hasBot(world: World, members: readonly string[]): boolean {
  return members.includes(world.settings.seed.app.botUser);
}

export function hasScope(world: World, scope: string): boolean {
  return world.settings.manifest.oauth_config.scopes.bot.includes(scope);
}
