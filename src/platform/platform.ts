import type { z } from 'zod';
import type { Capabilities } from '../core/capability.ts';
import type { Numbers } from '../core/numbers.ts';
import type { Version } from '../core/plan.ts';
import type { Host, Http } from '../http/door.ts';

/**
 * A place where services run. One member a folder; the engine and the gates see this contract and nothing behind it.
 * Every method rejects with `Failed` and with nothing else for what the world does; see `Failure` for the codes.
 */
export type Platform = {
  readonly id: string;
  readonly summary: string;
  /** What a service writes in slipway.yml to say where it lives here. */
  readonly Address: z.ZodType;
  /**
   * `urgent` is what takes something back: it may use the part of a rate limit that everything else leaves alone.
   * @throws {ZodError} when the address is not one of this platform's. Opens nothing, calls nothing.
   */
  site(target: { readonly id: string; readonly address: unknown }, urgency?: Urgency): Site;
  close(): Promise<void>;
};

export type Urgency = 'usual' | 'urgent';

/** A kind of platform, as a configuration names it. Enough to check a configuration without opening anything. */
export type PlatformKind = Pick<Platform, 'id' | 'summary' | 'Address'> & {
  /** What `platforms.<name>` takes beside `kind`: accounts, regions, references to secrets. */
  readonly Settings: z.ZodType;
  /** Calls nobody yet. `name` is what slipway.yml calls it. @throws {ZodError} when the settings are not what `Settings` takes */
  open(name: string, settings: unknown, around: Around): Platform;
};

/** What a kind of platform may need of the process that it is in. */
export type Around = {
  /** The way out; hosts, headers and limits are the platform's to say. */
  readonly door: (host: Host) => Http;
  /**
   * What a reference to a secret stands for now, to be opened at the moment of use and never kept. `again` looks it up
   * afresh, for when what was remembered has just been turned away. @throws {Failed}
   */
  secret(reference: string, how?: 'again'): Promise<{ open(): string }>;
  /** Hides secrets in what platforms say; for whatever does not come through the door. */
  redact(text: string): string;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
  /** A folder of this platform's own for what it has to keep; made when it is first needed. */
  readonly folder: string;
  /** Another platform that is configured, for what is composed of them; null where nothing is called so. */
  platformNamed?(name: string): Platform | null;
};

/** One service in one environment. */
export type Site = {
  /** What can be done here and what cannot, each with its reason; asked of the platform where that matters. */
  capabilities(): Promise<Capabilities>;

  /** What people may ask for, newest first, at most `limit`. */
  versions(limit: number): Promise<readonly KnownVersion[]>;

  /** The truth now, read from the platform itself and never remembered. */
  look(): Promise<Standing>;

  /**
   * Brings a version up beside what runs, without traffic, and returns once the platform has taken the order;
   * whether it gets healthy is `look`'s to say. Marked with the intent, so that `find` can find it.
   */
  release(intent: Intent, version: Version): Promise<{ readonly releaseId: string }>;

  /**
   * Sets the whole split. The shares add up to 100, or to 0 to serve nobody. A desired state: asking twice is harmless.
   * Returns when the platform has taken it; `look` says when it is so.
   */
  route(intent: Intent, shares: readonly Share[]): Promise<void>;

  /** Takes one release away. Asking twice, or for one that is gone, is harmless. */
  retire(intent: Intent, releaseId: string): Promise<void>;

  /**
   * Brings a version up in the place of what runs, and returns once the platform has taken the order; `look` says when
   * it serves. Only where `capabilities.replace` can; marked like `release`.
   */
  replace?(intent: Intent, version: Version): Promise<{ readonly releaseId: string }>;

  /**
   * Makes what served before serve again, by the fastest way that the platform has, and calls off whatever is still on
   * its way. Answers with the release that will serve, which may be a new one. Only where `capabilities.replace` can, or
   * where the platform keeps what served ready (`rollback.how.keepsReady`).
   */
  restore?(intent: Intent, back: Back): Promise<{ readonly releaseId: string }>;

  /**
   * What a person would type, or press, to bring this release back without us; for the day on which taking back fails.
   * One line, of nothing that changes by itself, because a plan says it; calls nobody and holds no secret. Null where no
   * exact command is known for this one.
   */
  byHand?(back: Omit<Back, 'insteadOf'>): string | null;

  /** Whether a `release`, `replace` or `restore` whose answer was lost has happened. Absence is believed only after `capabilities.once.settleMs`. */
  find(intent: Intent, sought: Sought): Promise<Found>;

  /**
   * Shows people a page instead of the service until then at the latest, or lets them through again (null). A desired
   * state: asking twice is harmless. Only where `capabilities.maintenance` can.
   */
  maintain?(page: MaintenancePage | null): Promise<void>;

  /** What is configured for the service there. Values never leave the adapter. Only where `capabilities.settings` can. */
  settings?(): Promise<readonly Setting[]>;

  /** Only where `capabilities.previews` can. */
  readonly previews?: Previews;

  /** Oldest first, at most `linesMax`, the newest kept. Already redacted. */
  logs(query: LogQuery): Promise<readonly LogLine[]>;

  /** Counters so far of one release; null where nothing is known of it. Differences are the caller's to take. */
  measure(releaseId: string): Promise<Counters | null>;

  /** How the copies of one release fare now, where the platform tells them apart; null where nothing is known of it. */
  usage?(releaseId: string): Promise<Usage | null>;
};

/** Names one mutating call for ever: the same after a crash, different for everything else. */
export type Intent = {
  /** `d-7f3a9k2m/release.api/staging/forward/1`. */
  readonly id: string;
  readonly deploymentId: string;
};

/** What a `restore` goes back to. */
export type Back = {
  readonly releaseId: string;
  readonly version: Version;
  /** What it takes the place of, where that is known. */
  readonly insteadOf: string | null;
};

/** What a lost call was to do, for platforms that keep no marker and have to search. */
export type Sought = {
  readonly doing: 'release' | 'replace' | 'restore';
  readonly version: Version;
  /** It was sent after this, by the database's clock. */
  readonly sinceMs: number;
};

export type Setting = {
  readonly key: string;
  readonly isSecret: boolean;
  /** SHA-256 of the value, keyed with the name of the service: equal only where the values are. Null: cannot be read. */
  readonly hash: string | null;
};

/** Copies that live for a while. What is not a preview is refused by its id, before anything is called. */
export type Previews = {
  list(): Promise<readonly Preview[]>;
  /** @returns the preview as it is at first; `list` says when it is up. */
  create(
    intent: Intent,
    asked: { readonly version: Version; readonly endsAtMs: number | null },
  ): Promise<Preview>;
  /** @throws {Failed} `rejected` for whatever is not a preview of this service; `not-found` when it is gone */
  destroy(intent: Intent, previewId: string): Promise<void>;
};

export type Preview = {
  readonly id: string;
  readonly version: Version;
  readonly health: Health;
  readonly url: string | null;
  /** Who asked for it, where that is known. */
  readonly owner: string | null;
  readonly createdAtMs: number | null;
  /** Per month, with its currency; null where the platform does not say. */
  readonly cost: string | null;
};

export type Found =
  | { readonly kind: 'found'; readonly releaseId: string }
  | { readonly kind: 'absent' }
  /** More than one candidate, or no way to tell: a person decides. */
  | { readonly kind: 'ambiguous'; readonly say: string };

export type Share = { readonly releaseId: string; readonly trafficPercent: number };

export type MaintenancePage = {
  readonly untilMs: number;
  /** Why, for whoever comes; null says nothing of it. */
  readonly reason: string | null;
};

export type KnownVersion = Version & {
  /** `answers 5 % errors`, a commit's subject: what tells it apart from its neighbours. */
  readonly note: string | null;
  readonly createdAtMs: number | null;
};

export type Standing = {
  readonly atMs: number;
  /** Where people reach the service, whichever release answers; null where the platform does not know. */
  readonly frontDoor: string | null;
  readonly releases: readonly StandingRelease[];
};

export type StandingRelease = {
  readonly releaseId: string;
  readonly version: Version;
  readonly trafficPercent: number;
  readonly health: Health;
  /**
   * Waiting for it is no use, though the platform goes on trying and will do so until it is told otherwise (Kubernetes).
   * It is not `gone`: it has to be taken back like one that got traffic.
   */
  readonly isHopeless?: boolean;
  /** Why it is so: the platform's own words, cut to one line. */
  readonly say: string;
  /** Where this release alone answers, where it has an address of its own. */
  readonly url: string | null;
  /** The intent that it carries, where the platform keeps one; null for what somebody else started. */
  readonly intentId: string | null;
};

/** `gone` has ended and will not come back by itself. What a platform says that we do not know is `unknown`. */
export type Health = 'starting' | 'healthy' | 'unhealthy' | 'gone' | 'unknown';

export type LogQuery = {
  /** Null asks for every release of the service. */
  readonly releaseId: string | null;
  readonly sinceMs: number;
  readonly linesMax: number;
  readonly contains: string | null;
  readonly level: 'info' | 'warn' | 'error' | null;
};

export type LogLine = {
  readonly atMs: number;
  readonly level: 'info' | 'warn' | 'error' | null;
  readonly version: string;
  readonly text: string;
};

/** Totals since the release began to count, and what it uses now. */
export type Counters = {
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Cumulative, as in Prometheus: how many requests took at most `upToMs`; the last one is `Infinity`. */
  readonly latencyBuckets: readonly { readonly upToMs: number; readonly count: number }[];
  readonly cpuPercent: Numbers['cpuPercent'];
  readonly memoryMb: Numbers['memoryMb'];
};

export type Usage = {
  readonly copies: readonly CopyUsage[];
  /** Why nobody knows how much they use, in one sentence without a full stop; null where it is known. */
  readonly say: string | null;
};

export type CopyUsage = {
  readonly name: string;
  /** How often it was started again since it is there. */
  readonly restarts: number;
  /** Why it last ended, in one word of the platform's own, such as `OOMKilled`; null where it never did. */
  readonly lastEnd: string | null;
  /** Of what it may use at most, the fullest of its parts; null where that was not measured, or where it has no limit. */
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly measuredAtMs: number | null;
};
