import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Command } from '../command/index.ts';
import type { Answer } from '../core/answer.ts';
import type { Desk } from '../core/desk.ts';
import type { Actor, Caller } from '../core/person.ts';
import type { Report } from '../core/report.ts';
import type { Text } from '../core/text.ts';
import type { Secret } from '../secret/index.ts';
import type { Installations } from '../store/installations.ts';
import type { Duties, Inbox, KeptReport, Outbox, SheetId } from '../store/store.ts';

/** Everything that the Slack side is handed. It reads no environment and no clock, and opens no door of its own but Bolt's. */
export type SlackNeeds = {
  readonly configuration: SlackConfiguration;
  readonly commands: readonly Command[];
  readonly store: {
    readonly inbox: Inbox;
    readonly outbox: Outbox;
    readonly duties: Duties;
    readonly installations: Installations;
  };
  /** `key` names the request for ever: asking twice with one key does it once. */
  deskFor(asking: Asking): Desk;
  readonly directory: Directory;
  readonly reports: Reports;
  /**
   * Posts JSON to a `response_url` and answers the status.
   * @throws anything, when it could not be delivered
   */
  postJson(url: string, body: object): Promise<number>;
  readonly clock: Clock;
  /** From 0 up to 1, for spreading retries. */
  random(): number;
  /** This process, for leases. */
  readonly owner: string;
  /** Short, fresh, fit to be read out: what an apology and the log line that explains it share. */
  newId(): string;
  readonly log: SlackLog;
};

/**
 * Who people are. Never rejects: who cannot be looked up is `unknown`. May take half a minute, unless it is wanted
 * `at-once`, as everything is that Slack or somebody in a form waits for.
 */
export type Directory = {
  look(caller: Caller, how: 'fresh' | 'recent', patience?: 'at-once'): Promise<Actor>;
};

export type Asking = { readonly actor: Actor; readonly channel: string | null; readonly key: string };

export type SlackConfiguration = {
  /** Null only where workspaces install the app by themselves. */
  readonly botToken: string | null;
  /** HTTP when there is a signing secret; Socket Mode when there is an app token instead. */
  readonly transport: HttpTransport | SocketTransport;
  /** `https://slack.com/api/`, or a workspace of one's own. */
  readonly slackApiUrl: string;
  /** Deliveries of other workspaces are refused; null takes them all. */
  readonly homeTeam: string | null;
  /** Where workspaces install the app by themselves; null for the one bot token. */
  readonly oauth?: OAuthSettings | null;
  /** The Slack channel id for the cards of an environment; null when there is none. */
  channelFor(environment: string): string | null;
  /** Whether a failure there is shown to the whole channel, and not in the thread alone. Left out: nowhere. */
  isLoud?(environment: string): boolean;
  /** Where a card goes whose own channel is gone; null drops it, and says so in the log. */
  readonly fallbackChannel: string | null;
};

/** Installing in many workspaces, by way of Slack's own page. */
export type OAuthSettings = {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly stateSecret: Secret;
  /** Seals tokens; the older ones open what they have sealed. At least 32 characters each. */
  readonly tokenKey: Secret;
  readonly oldTokenKeys: readonly Secret[];
  /** Where Slack sends people back to; null leaves it to the app's settings at Slack. */
  readonly redirectUrl: string | null;
  /** What is asked for. */
  readonly scopes: readonly string[];
  /** Ids of the workspaces and organisations that may install it, read whenever it matters. Empty: the home one. */
  allowed(): readonly string[];
};

export type HttpTransport = {
  readonly kind: 'http';
  readonly signingSecret: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Takes what is not from Slack and has a path of its own here; false leaves it. */
  also?(request: IncomingMessage, response: ServerResponse): boolean;
};

export type SocketTransport = { readonly kind: 'socket'; readonly appToken: string };

/** What can be told about deployments, read when it is told. */
export type Reports = {
  reportFor(deploymentId: string): Promise<Report | null>;
  threadLine(deploymentId: string, seq: number): Promise<Text | null>;
  /** The first entry, this one or a later one, that has a line; null: none has. */
  lineFrom(deploymentId: string, seq: number): Promise<number | null>;
  keptReport(deploymentId: string): Promise<KeptReport | null>;
  /** Something on the board as it hangs there now; null when it is not there. */
  sheetFor(sheet: SheetId): Promise<Answer | null>;
};

export type Clock = {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number;
  /** Calls back once, after `ms`; the answer calls it off. */
  after(ms: number, call: () => void): () => void;
};

export type SlackLog = {
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
};
