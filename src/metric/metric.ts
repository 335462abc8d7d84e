import type { z } from 'zod';
import type { History, Look, Stretch } from '../core/analysis/look.ts';
import type { Version } from '../core/plan.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Host, Http } from '../http/door.ts';
import type { Site } from '../platform/platform.ts';

/**
 * Where numbers come from. One member a folder; everybody else sees this contract. Every method rejects with `Failed`
 * and with nothing else. What was not measured is left out or null, and never zero.
 */
export type MetricSource = {
  /** As slipway.yml calls it. */
  readonly name: string;
  readonly kind: string;

  /**
   * What happened since the reading that `cursor` came from; null begins. Answers with every whole stretch since then,
   * oldest first, and none where nothing is known of one, or where it cannot be trusted: a counter that began anew, a
   * stale or future answer, a NaN. Each such gap has one sentence for people.
   */
  read?(asked: Asked, cursor: Cursor): Promise<Readings>;

  /** What ran before, as far back as it takes to know what is normal; null where the source cannot look back. */
  history?(asked: Asked, backMs: number): Promise<History | null>;

  /**
   * For sources that judge for themselves, such as alerts and deployment gates. Not known is `unknown`. What comes back
   * as `cursor` is handed in the next time, so that what takes a while is begun once; null begins.
   */
  verdict?(asked: Asked, cursor?: Cursor): Promise<Judged>;

  /** As of its kind; left out where nothing is late. */
  lateMs?(query: unknown): number;
};

/** Left out where there is nothing to remember. */
export type Judged = Verdict & { readonly cursor?: Cursor };

/** Whatever a source has to remember between two readings: plain JSON of a bounded size, kept in the journal. */
export type Cursor = z.core.util.JSONType | null;

export type Readings = {
  readonly cursor: Cursor;
  readonly stretches: readonly Reading[];
  /** What is missing and why, each in one sentence without a full stop. */
  readonly gaps: readonly string[];
};

/** Both versions over the same stretch of time. */
export type Reading = Pick<Look, 'atMs' | 'durationMs'> & {
  /** Upper limits of the buckets in milliseconds, rising, without the last one, which is open. */
  readonly latencyLimitsMs: readonly number[];
  readonly canary: Stretch;
  readonly stable: Stretch | null;
};

export type Asked = {
  /** What the service's configuration says beside the name of the source; checked by `Query`. */
  readonly query: unknown;
  readonly service: string;
  readonly environment: string;
  readonly canary: Arm;
  /** The version before it, while it has traffic. */
  readonly stable: Arm | null;
  /** The place itself, for sources that ask the platform, or an address of the service. */
  readonly site: Site;
  readonly nowMs: number;
  /** When the new version was first given traffic there; left out where nobody knows. */
  readonly trafficSinceMs?: number;
};

/** One version of the service at its place. */
export type Arm = { readonly releaseId: string; readonly version: Version; readonly trafficPercent: number };

/** A kind of source of numbers, as a configuration names it. */
export type MetricKind = {
  readonly id: string;
  readonly summary: string;
  /** What stands beside `kind` under `metrics.<name>`: addresses, references to secrets. */
  readonly Settings: z.ZodType;
  /** What a target writes beside `from: <name>` to say which numbers are its own. */
  readonly Query: z.ZodType;
  /**
   * How long after something has happened it is known for certain, as what a target asks says: what is summed up ends with
   * its window, and arrives late. 0 for what is known at once, and for a question that the kind does not take.
   */
  lateMs(query: unknown): number;
  /** Calls nobody yet. @throws {ZodError} when the settings are not what `Settings` takes */
  open(name: string, settings: unknown, around: Around): MetricSource;
};

/** What a kind of source may need of the process that it is in. */
export type Around = {
  readonly door: (host: Host) => Http;
  /** As of platforms. @throws {Failed} */
  secret(reference: string, how?: 'again'): Promise<{ open(): string }>;
  redact(text: string): string;
  readonly clock: { nowMs(): number };
};
