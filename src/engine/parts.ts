import type { Alarm } from '../alarm/alarm.ts';
import type { Catalog, Service } from '../core/catalog.ts';
import type { Actor, Caller } from '../core/person.ts';
import type { FlagService } from '../flag/flag.ts';
import type { Probe } from '../gate/gate.ts';
import type { Reach } from '../gate/reach.ts';
import type { Http } from '../http/door.ts';
import type { MetricSource } from '../metric/metric.ts';
import type { Database } from '../migration/database.ts';
import type { ScriptFile } from '../migration/migration.ts';
import type { Platform, Site, Urgency } from '../platform/platform.ts';
import type { Source } from '../source/source.ts';
import type { Store } from '../store/store.ts';
import type { PartLog } from '../telemetry/index.ts';
import type { Patience } from './patience.ts';

/** Everything that the engine touches, handed in: production and simulation differ in nothing else. */
export type EngineParts = {
  readonly store: Store;
  /** What is configured now; read anew at each question, because it may be reloaded. */
  catalog(): Catalog;
  /**
   * `urgent` is for what takes something back.
   * @throws {Failed} `not-found` for a platform that is not configured in this process.
   */
  siteOf(target: Address, urgency?: Urgency): Site;
  /**
   * Where a service's code comes from; null where none is configured.
   * @throws {Failed} `not-found` for a kind of source that this process does not have
   */
  sourceOf(service: Service): Source | null;
  /** Whom alerts come from, as configured now; left out where nobody is. */
  alarms?(): readonly Alarm[];
  /**
   * Where numbers come from, as configured now; `platform` is always there. Null: nothing is called so. Left out where
   * only the platforms are asked.
   * @throws {Failed} `not-found` for a kind of source that this process does not have
   */
  metricNamed?(name: string): MetricSource | null;
  /** A platform by its name, for what is more than a service there; null where none is called so. Left out: none. */
  platformNamed?(name: string): Platform | null;
  /** Where feature flags are kept, by its name; null where nothing is called so. Left out: nowhere. */
  flagsNamed?(name: string): FlagService | null;
  /** Databases that migrations are for; left out where this process runs none. */
  readonly migrations?: Migrations;
  readonly directory: Directory;
  readonly bell: Bell;
  readonly clock: Clock;
  /** Between 0 and 1, as `Math.random`. */
  random(): number;
  readonly probe: Probe;
  /** The way out to an address that a gate's settings name; left out where there is none. */
  outside?(baseUrl: string, secret: string | null): Http;
  /** Whether a reference to a secret stands for something; left out where nobody could say. @throws {Failed} */
  isSecretThere?(reference: string): Promise<boolean>;
  /** Files, certificates, names and single requests, for gates; left out where there is no world. */
  readonly reach?: Reach;
  readonly log: PartLog;
  readonly patience: Patience;
  /** Told how every visit to a deployment ended, for whoever counts them. */
  onVisit?(how: 'busy' | 'ended' | 'waiting' | 'lost', tookMs: number): void;
  /** Aborted when this process is about to end: visits hand over at the next step instead of going on. */
  readonly stopping: AbortSignal;
  /** Names this process for ever: two starts of it are two owners. */
  readonly owner: string;
};

export type Migrations = {
  /** Where a reference leads to; the address itself is looked up at the moment of use. Calls nobody yet. */
  databaseAt(reference: string): Database;
  /** The files of a folder of this host. @throws {Failed} */
  readFolder(folder: string, endings: readonly string[]): Promise<readonly ScriptFile[]>;
};

/** Who people are, from whoever keeps the accounts. */
export type Directory = {
  /**
   * Never rejects: who cannot be looked up is `unknown`, and may do nothing. `recent` may be a minute old; decisions
   * about protected environments ask for `fresh`. Where they can be looked up only in a moment that is waited for, up to
   * half a minute; `at-once` is for whoever looks again by itself.
   */
  look(caller: Caller, how: 'fresh' | 'recent', patience?: 'at-once'): Promise<Actor>;
};

export type Address = { readonly id: string; readonly platform: string; readonly address: unknown };

/** Rings so that somebody looks at a deployment. Never throws, never waits, may be lost or heard twice. */
export type Bell = { ring(deploymentId: string, afterMs: number): void };

export type Clock = {
  /**
   * Of this machine: only ever compared with itself. Never goes back, whoever sets the machine's clock, because a lease
   * is judged by it right before a call.
   */
  nowMs(): number;
  /** Resolves early when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};
