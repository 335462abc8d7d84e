import { once } from 'node:events';
import { type Actor, actAs, messagesFor } from './driver.ts';
import { keepIn } from './keep.ts';
import type { Ledger } from './ledger.ts';
import { waits } from './limits.ts';
import { Manifest } from './manifest.ts';
import type { Place } from './oauth/grants.ts';
import type { Settings, WorkspaceOptions } from './options.ts';
import type { Faults, MessageView, Snapshot, WireLine } from './page-contract.ts';
import { watchBot } from './probe.ts';
import { localSeed } from './seed.ts';
import { createWorkspaceServer } from './server.ts';
import { verifyUrl } from './verify-url.ts';
import { waitForMessage } from './wait.ts';
import { openUploads } from './web-api/files.ts';
import { webApi } from './web-api/index.ts';
import { endGrant } from './web-api/oauth.ts';
import type { World } from './world.ts';
import { openWorlds, type Worlds } from './worlds.ts';

/** A Slack-compatible workspace on loopback, and a driver that does what its people do. */
export type Workspace = {
  /** `http://127.0.0.1:4600`: the page. */
  readonly url: string;
  /** With its slash at the end, as `slackApiUrl` wants it. */
  readonly apiUrl: string;
  readonly as: (user: string) => Actor;
  /** What is in a channel: to somebody, ephemeral messages included, or without `as` to everybody at once. */
  readonly messages: (channel: string, options?: { readonly as?: string }) => readonly MessageView[];
  /**
   * The first message, already there or still to come or be edited, that is wanted. Ephemeral ones count.
   * @throws after `timeoutMs`, with the texts of the newest messages.
   */
  readonly waitForMessage: (
    isWanted: (message: MessageView) => boolean,
    options?: { readonly timeoutMs?: number },
  ) => Promise<MessageView>;
  readonly wire: () => readonly WireLine[];
  readonly ledger: Ledger;
  readonly setFaults: (faults: Partial<Faults>) => void;
  /** Socket Mode: asks every connection to come back, as Slack does every few hours. */
  readonly refreshSockets: (reason?: 'warning' | 'refresh_requested' | 'link_disabled') => void;
  /** Asks the bot's address whether it is one: `url_verification`. */
  readonly verifyUrl: () => Promise<boolean>;
  readonly connection: () => Snapshot['connection'];
  /** What is in another workspace behind the same address. */
  readonly in: (team: string) => Pick<Workspace, 'as' | 'messages' | 'waitForMessage' | 'ledger' | 'wire'>;
  /** Turns token rotation on or off for what is given from now on. */
  readonly setRotating: (isRotating: boolean) => void;
  /** What was given for it until now, oldest first: every access token, how often it was shown, and refresh tokens. */
  readonly given: (place: Place) => Given;
  /** Somebody removes the app from a workspace, or from a whole organisation. False where it is not. */
  readonly uninstall: (place: Place) => boolean;
  /** Forgets every message, view, fault and call; people and channels are as they were seeded. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};

/**
 * Opens a workspace. @throws when the port is taken (`EADDRINUSE`), the manifest is not one (ZodError), or the file
 * cannot be read or written.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const settings = settingsFrom(options);
  const address = { url: '' };
  const worlds = openWorlds(
    settings,
    { oauth: options.oauth, others: options.others ?? [] },
    () => address.url,
  );
  const world = worlds.home;
  const uploads = openUploads(settings.nowMs, world.ids);
  const server = createWorkspaceServer({ worlds, methods: webApi(uploads, () => worlds), uploads });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address.url = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : options.port}`;
  if (settings.file !== undefined) keepIn(settings.file, world.state, world.hub);
  const unwatch = watchBot(settings.botUrl, (isThere) =>
    world.noteBot(isThere || world.socket?.isOpen() === true),
  );

  return {
    url: address.url,
    apiUrl: `${address.url}/api/`,
    ...seenIn(world),
    in: (team) => seenIn(worlds.ofTeam(team)),
    setRotating: (isRotating) => worlds.authority?.grants.setRotating(isRotating),
    given: (place) => givenFor(worlds, place),
    uninstall: (place) => uninstall(worlds, place),
    setFaults: (faults) => {
      for (const each of worlds.all) each.setFaults({ ...world.faults(), ...faults });
    },
    refreshSockets: (reason = 'refresh_requested') => world.socket?.refresh(reason),
    verifyUrl: () => verifyUrl(world),
    connection: world.connection,
    reset: () => {
      for (const each of worlds.all) each.reset();
      uploads.reset();
    },
    close: async () => {
      unwatch();
      for (const each of worlds.all) each.end();
      world.socket?.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function seenIn(world: World): ReturnType<Workspace['in']> {
  return {
    as: (user) => actAs(world, user),
    messages: (channel, { as } = {}) => messagesFor(world, as ?? null, channel),
    waitForMessage: (isWanted, { timeoutMs = 60_000 } = {}) => waitForMessage(world, isWanted, timeoutMs),
    wire: world.wire.lines,
    ledger: world.ledger,
  };
}

export type Given = {
  readonly tokens: readonly { readonly text: string; readonly uses: number }[];
  readonly refreshTokens: readonly string[];
};

function givenFor(worlds: Worlds, place: Place): Given {
  const { tokens = [], refreshTokens = [] } = worlds.authority?.grants.at(place) ?? {};
  return {
    tokens: tokens.map(({ text, uses }) => ({ text, uses })),
    refreshTokens: refreshTokens.map(({ text }) => text),
  };
}

function uninstall(worlds: Worlds, place: Place): boolean {
  const grant = worlds.authority?.grants.at(place) ?? null;
  if (grant !== null) endGrant(worlds, grant);
  return grant !== null;
}

function settingsFrom({
  waits: asked,
  seed,
  manifest,
  oauth: _oauth,
  others: _others,
  ...options
}: WorkspaceOptions): Settings {
  return {
    ...options,
    seed: seed ?? localSeed,
    manifest: Manifest.parse(manifest),
    waits: {
      ack: asked?.ack ?? waits.ack,
      eventRetries: asked?.eventRetries ?? waits.eventRetries,
      fileProcessing: asked?.fileProcessing ?? waits.fileProcessing,
    },
  };
}
