import type { z } from 'zod';
import type { Capabilities } from '../core/capability.ts';
import type { Numbers } from '../core/numbers.ts';
import type { Version } from '../core/plan.ts';

/**
 * A place where services run. One member a folder; the engine and the gates see this contract and nothing behind it.
 * Every method rejects with `Failed` and with nothing else for what the world does; see `Failure` for the codes.
 */
export type Platform = {
  readonly id: string;
  readonly summary: string;
  /** What a service writes in slipway.yml to say where it lives here. */
  readonly Address: z.ZodType;
  /** @throws {ZodError} when the address is not one of this platform's. Opens nothing, calls nothing. */
  site(target: { readonly id: string; readonly address: unknown }): Site;
  close(): Promise<void>;
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

  /** Whether a `release` whose answer was lost has happened. Called only after `capabilities.once.settleMs`. */
  find(intent: Intent): Promise<Found>;

  /**
   * Shows people a page instead of the service until then at the latest, or lets them through again (null). A desired
   * state: asking twice is harmless. Only where `capabilities.maintenance` can.
   */
  maintain?(page: MaintenancePage | null): Promise<void>;

  /** Oldest first, at most `linesMax`, the newest kept. Already redacted. */
  logs(query: LogQuery): Promise<readonly LogLine[]>;

  /** Counters so far of one release; null where nothing is known of it. Differences are the caller's to take. */
  measure(releaseId: string): Promise<Counters | null>;
};

/** Names one mutating call for ever: the same after a crash, different for everything else. */
export type Intent = {
  /** `d-7f3a9k2m/release.api/staging/forward/1`. */
  readonly id: string;
  readonly deploymentId: string;
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
