import type { Catalog } from '../core/catalog.ts';

/** One checked and frozen configuration. */
export type Configuration = {
  readonly catalog: Catalog;
  readonly slack: SlackSettings;
  /** Waits of the engine that differ from its own, in milliseconds. */
  readonly patience: {
    readonly leaseMs?: number;
    readonly reconcileEveryMs?: number;
    readonly lookEveryMs?: number;
    readonly sampleEveryMs?: number;
    readonly outboxLateMs?: number;
  };
  /** Null: what the environment or the program says. */
  readonly port: number | null;
  /** A port for webhooks alone; null: the one that Slack delivers to. */
  readonly webhookPort: number | null;
  readonly webhooks: readonly ConfiguredWebhook[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | null;
  /** `host:port` for Prometheus; null serves none. */
  readonly metricsAddress: string | null;
  readonly audit: AuditSettings;
};

/** Who may ring, so that we look at once. */
export type ConfiguredWebhook = {
  readonly name: string;
  readonly kind: 'github' | 'render' | 'vercel' | 'signed' | 'alertmanager';
  /** A reference. */
  readonly secret: string;
  /** Names of platforms; null: those of its kind, or everything. */
  readonly platforms: readonly string[] | null;
  /** By which labels alerts say what they are about. */
  readonly labels?: { readonly service: string; readonly environment: string } | undefined;
};

/** How the record is signed, and where its checkpoints are kept besides. */
export type AuditSettings = {
  /** A reference; null: a key of its own where the database is the embedded one, else nothing is signed. */
  readonly key: string | null;
  /** An absolute path; null: in the home folder. */
  readonly anchors: string | null;
  readonly channel: string | null;
};

/** Tokens are references: `env:NAME` or `file:/path`. */
export type SlackSettings = {
  readonly homeTeam: string | null;
  readonly channel: string | null;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly appToken: string;
  /** With it workspaces install the app by themselves; null for the one bot token. */
  readonly clientId: string | null;
  readonly clientSecret: string;
  readonly stateSecret: string;
  readonly tokenKey: string;
  readonly oldTokenKeys: readonly string[];
  readonly redirectUrl: string | null;
  readonly workspaces: readonly string[];
};
