import { once } from 'node:events';
import { type Actor, actAs, messagesFor } from './driver.ts';
import { keepIn } from './keep.ts';
import type { Ledger } from './ledger.ts';
import { waits } from './limits.ts';
import { Manifest } from './manifest.ts';
import { openWorld } from './open-world.ts';
import type { Settings, WorkspaceOptions } from './options.ts';
import type { Faults, MessageView, Snapshot, WireLine } from './page-contract.ts';
import { watchBot } from './probe.ts';
import { localSeed } from './seed.ts';
import { createWorkspaceServer } from './server.ts';
import { verifyUrl } from './verify-url.ts';
import { waitForMessage } from './wait.ts';
import { openUploads } from './web-api/files.ts';
import { webApi } from './web-api/index.ts';

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
  const world = openWorld(settings, () => address.url);
  const uploads = openUploads(settings.nowMs, world.ids);
  const server = createWorkspaceServer({ world, methods: webApi(uploads), uploads });
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
    as: (user) => actAs(world, user),
    messages: (channel, { as } = {}) => messagesFor(world, as ?? null, channel),
    waitForMessage: (isWanted, { timeoutMs = 10_000 } = {}) => waitForMessage(world, isWanted, timeoutMs),
    wire: world.wire.lines,
    ledger: world.ledger,
    setFaults: (faults) => world.setFaults({ ...world.faults(), ...faults }),
    refreshSockets: (reason = 'refresh_requested') => world.socket?.refresh(reason),
    verifyUrl: () => verifyUrl(world),
    connection: world.connection,
    reset: () => {
      world.reset();
      uploads.reset();
    },
    close: async () => {
      unwatch();
      world.end();
      world.socket?.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function settingsFrom({ waits: asked, seed, manifest, ...options }: WorkspaceOptions): Settings {
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
