import { openBuckets } from './bucket.ts';
import { deliver } from './deliver/deliver.ts';
import { openHttpTransport } from './deliver/http.ts';
import { openSocketTransport } from './deliver/socket.ts';
import { openHub } from './hub.ts';
import { openIds } from './ids.ts';
import { openLedger } from './ledger.ts';
import { noFaults } from './model.ts';
import { type Access, settledAccess } from './oauth/access.ts';
import type { Authority } from './oauth/authority.ts';
import type { Settings } from './options.ts';
import type { Faults, Snapshot } from './page-contract.ts';
import { openPauses } from './pause.ts';
import { openResponseUrls } from './response-url.ts';
import { openScreens } from './screens.ts';
import { openState } from './state.ts';
import { openTriggers } from './trigger.ts';
import { openWire } from './wire.ts';
import type { World } from './world.ts';

const ledgerCallsMax = 20_000;

export type OpenWorld = World & {
  readonly noteBot: (isThere: boolean) => void;
  /** Ends every wait, for good. */
  readonly end: () => void;
  readonly reset: () => void;
};

/** Puts the parts of a workspace together; nothing listens yet. */
export function openWorld(
  settings: Settings,
  url: () => string,
  authority: () => Authority | null = () => null,
): OpenWorld {
  const { nowMs } = settings;
  const hub = openHub();
  const ids = openIds(nowMs, settings.random);
  const pauses = openPauses();
  const mood = { faults: noFaults, isThere: false, since: nowMs() };
  const noteBot = (isThere: boolean): void => {
    if (isThere === mood.isThere) return;
    Object.assign(mood, { isThere, since: nowMs() });
    hub.tell({ kind: 'connection' });
  };
  const socket =
    settings.appToken === undefined
      ? null
      : openSocketTransport({
          appId: settings.seed.app.id,
          ids,
          nowMs,
          onChange: () => noteBot(socket?.isOpen() === true),
        });
  const http = openHttpTransport({ url: settings.botUrl, signingSecret: settings.signingSecret, nowMs });
  const settled = settledAccess(settings);
  const { id, enterprise } = settings.seed.team;
  const place = { enterprise: enterprise?.id ?? null, team: id };
  const world: OpenWorld = {
    get access() {
      const access = authority()?.accessOf(place);
      // Socket Mode's token is the app's own, and no workspace gives it.
      return access === undefined
        ? settled
        : { ...access, judge: (token: string) => judged(access, settled, token) };
    },
    isRefreshToken: (token) => (authority()?.grants.ofRefreshToken(token) ?? null) !== null,
    settings,
    url,
    hub,
    ids,
    state: openState(settings.seed, hub, ids),
    screens: openScreens(hub),
    triggers: openTriggers(nowMs, ids),
    responseUrls: openResponseUrls(nowMs, ids),
    buckets: openBuckets(nowMs),
    wire: openWire(hub, nowMs),
    ledger: openLedger(ledgerCallsMax),
    faults: () => mood.faults,
    setFaults: (faults: Faults) => {
      mood.faults = faults;
      hub.tell({ kind: 'faults' });
    },
    connection: (): Snapshot['connection'] => ({
      bot: mood.isThere ? 'connected' : 'unreachable',
      since: mood.since,
    }),
    socket,
    deliver: (delivery) => deliver(world, socket?.isOpen() === true ? socket : http, delivery),
    pause: pauses.pause,
    noteBot,
    end: pauses.end,
    reset: () => reset(world),
  };
  return world;
}

function judged(access: Access, settled: Access, token: string) {
  const own = settled.judge(token);
  return own.kind === 'app' ? own : access.judge(token);
}

function reset(world: World): void {
  for (const part of [
    world.state,
    world.screens,
    world.triggers,
    world.responseUrls,
    world.buckets,
    world.wire,
    world.ledger,
  ])
    part.reset();
  world.setFaults(noFaults);
  world.hub.tell({ kind: 'reset' });
}
