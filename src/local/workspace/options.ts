import type { Manifest } from './manifest.ts';
import type { OAuthOptions } from './oauth/options.ts';
import type { Seed } from './seed.ts';

export type WorkspaceOptions = {
  /** 0 lets the system choose. Only the loopback interface is ever listened on. */
  readonly port: number;
  /** The web page's built files; null for a workspace without a page. */
  readonly pageFolder: string | null;
  readonly signingSecret: string;
  /** `xoxb-…` */
  readonly botToken: string;
  /** `xapp-…`; without it there is no Socket Mode. */
  readonly appToken?: string;
  /** Where deliveries go when no Socket Mode connection is open: `http://127.0.0.1:3000/slack/events`. */
  readonly botUrl: () => string;
  readonly nowMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** The app's manifest, parsed from YAML or JSON; it is checked here. */
  readonly manifest: unknown;
  readonly seed?: Seed;
  /** A JSON-lines file that messages are kept in, so that cards survive a restart of everything. */
  readonly file?: string;
  readonly waits?: Partial<Waits>;
  /** For an app that workspaces install by themselves: nothing is installed then, and `botToken` opens nothing. */
  readonly oauth?: OAuthOptions;
  /** Other workspaces behind the same address. */
  readonly others?: readonly Seed[];
};

/** The waits that a test may want to be shorter; milliseconds. */
export type Waits = {
  readonly ack: number;
  readonly eventRetries: readonly number[];
  readonly fileProcessing: number;
};

/** What the other parts read: checked and complete. */
export type Settings = Omit<WorkspaceOptions, 'seed' | 'waits' | 'manifest' | 'port' | 'oauth' | 'others'> & {
  readonly seed: Seed;
  readonly waits: Waits;
  readonly manifest: Manifest;
};
