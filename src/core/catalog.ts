import type { z } from 'zod';
import type { ApprovalRule } from './approval.ts';
import type { Window } from './calendar/window.ts';
import type { Escalation } from './care.ts';
import type { DatastoreAt, IntegrityQuery } from './migration.ts';
import type { NotifyRule } from './notify.ts';
import type { Grant, Person } from './person.ts';
import type { Criteria } from './plan.ts';
import type { Runbook } from './runbook.ts';
import type { Scope } from './scope.ts';
import type { ConfiguredWatch } from './watch.ts';

/** What is configured: which services there are, where they run, and how carefully each place is treated. */
export type Catalog = {
  /** SHA-256 of everything in it; part of every plan. */
  readonly version: string;
  readonly services: readonly Service[];
  /** Accounts of platforms, by the names that targets use. Left out: this machine alone. */
  readonly platforms?: readonly ConfiguredPlatform[];
  /** Services that are deployed together under one name. Left out: none. */
  readonly products?: readonly Product[];
  readonly environments: readonly Environment[];
  readonly grants: readonly Grant[];
  /** Which accounts belong to one human being. */
  readonly people: readonly Person[];
  readonly emergency: {
    /** Slack channel ids that hear of every break-glass, besides those of the environments. */
    readonly channels: readonly string[];
    /** How long a second person has for the review. */
    readonly reviewWithinMs: number;
  };
  /** Who else is told of what, besides the cards. Left out: nobody. */
  readonly notify?: readonly NotifyRule[];
  /** Who is told of an alert that nobody takes. Left out: nobody, and the alert says so. */
  readonly escalation?: Escalation;
  /** What is to be done when a place is lost. Left out: nobody has written anything. */
  readonly runbooks?: readonly Runbook[];
  /** Where feature flags are kept; left out: nowhere that we know of. */
  readonly flags?: readonly ConfiguredFlags[];
  /** Freezes that always hold in their hours, whoever is there; left out: none. */
  readonly freezes?: readonly ConfiguredFreeze[];
  /** Whom alerts come from, to be muted during maintenance; left out: nobody. */
  readonly alarms?: readonly ConfiguredAlarm[];
  /** Where numbers come from, by the names that targets use. Left out: the platforms alone. */
  readonly metrics?: readonly ConfiguredMetric[];
  /** Named groups of people and user groups, for approvals. */
  readonly groups: readonly { readonly name: string; readonly people: readonly string[] }[];
};

export type ConfiguredFreeze = {
  readonly name: string;
  readonly scope: Scope;
  readonly window: Window;
  readonly reason: string;
};

/** Where feature flags are kept. */
export type ConfiguredFlags = {
  readonly name: string;
  /** `launchdarkly` or another that this program has. */
  readonly kind: string;
  /** Checked by the flag service's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, unknown>>;
};

/** A feature flag that a service reads. */
export type ServiceFlag = {
  readonly key: string;
  /** The name of the flag service that keeps it. */
  readonly at: string;
  /** What the flag service calls each environment of ours. Where one is left out the flag is not there. */
  readonly environments: Readonly<Record<string, string>>;
};

/** A flag that is turned up once a new version has all the traffic. */
export type FlagClimb = {
  readonly key: string;
  /** Shares to stop at, rising; the last one is where it stays. */
  readonly percents: readonly number[];
};

export type ConfiguredAlarm = {
  readonly name: string;
  /** `webhook` or another that this program has. */
  readonly kind: string;
  /** Checked by the alarm source's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, unknown>>;
};

export type ConfiguredMetric = {
  readonly name: string;
  /** `prometheus` or another that this program has. */
  readonly kind: string;
  /** Checked by the source's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, unknown>>;
};

export type Service = {
  readonly name: string;
  readonly summary: string;
  /** Services that have to be healthy in the same environment first. */
  readonly needs: readonly string[];
  /** Where its code comes from; null: versions are compared by their names alone, and every answer says so. */
  readonly source: ConfiguredSource | null;
  /** How its database changes; left out: nobody knows of one. */
  readonly migrations?: ConfiguredMigrations;
  /** Feature flags that it reads; left out: none that we know of. */
  readonly flags?: readonly ServiceFlag[];
  readonly targets: readonly ConfiguredTarget[];
};

export type ConfiguredMigrations = {
  /** `prisma` or another that this program has. */
  readonly kind: string;
  readonly folder: string;
  /** In the source, at the commit that is deployed; or in a folder of this host, whatever is deployed. */
  readonly from: 'source' | 'checkout';
  /** By environment: a reference to the address of the database. Where there is none, none is run. */
  readonly databases: Readonly<Record<string, string>>;
  /** By environment: which platform can put the database back to a moment. Left out: the database is asked itself. */
  readonly datastores?: Readonly<Record<string, DatastoreAt>>;
  readonly lockTimeoutMs: number;
  /** For each statement. */
  readonly statementTimeoutMs: number;
  /** So long after the last deployment nothing is taken away that the version before needed. */
  readonly contractAfterMs: number;
  /** Whether nothing is run where no moment can be marked to put the database back to. */
  readonly isProtectionRequired: boolean;
  /** Nobody else may write meanwhile. */
  readonly isReadOnly: boolean;
  /** Questions that have to find nothing wrong afterwards. */
  readonly integrity: readonly IntegrityQuery[];
};

export type ConfiguredPlatform = {
  readonly name: string;
  /** `render` or another that this program has. */
  readonly kind: string;
  /** Checked by the platform's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, unknown>>;
};

/** Several services that people order as one; what comes after what is said by the needs of the services. */
export type Product = {
  readonly name: string;
  readonly summary: string;
  readonly services: readonly string[];
  /** What happens to those that are deployed already when another fails. */
  readonly onFailure: OnFailure;
};

export const onFailures = ['take-back', 'ask'] as const;
/** Everything goes back in reverse; or it stops there, and a person says whether the others stay. */
export type OnFailure = (typeof onFailures)[number];

export type ConfiguredSource = {
  /** `changelog` or another that this program has. */
  readonly kind: string;
  /** Checked by the source's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, unknown>>;
};

export type ConfiguredTarget = {
  readonly environment: string;
  readonly platform: string;
  /** Checked by the platform's own schema when the configuration is read. */
  readonly address: unknown;
  readonly strategy: string;
  readonly pace: Pace;
  readonly gates: readonly ConfiguredGate[];
  /** Hard limits. Null, and no `watch`: nothing is watched there, and every plan says so. */
  readonly criteria: Criteria | null;
  /** How a new version is judged. Left out: by the criteria, with the platform's own numbers. */
  readonly watch?: ConfiguredWatch;
  /** Left out: none is turned up by a deployment, unless it is ordered with it. */
  readonly flags?: readonly FlagClimb[];
};

/** A question that is asked at a target, and what it asks for there. */
export type ConfiguredGate = {
  readonly gate: string;
  /** Checked by the gate's own schema when the configuration is read. */
  readonly settings: Readonly<Record<string, z.core.util.JSONType>>;
  /** How long not knowing is asked again before it means no; left out: a minute. */
  readonly withinMs?: number;
};

/** How carefully to go. */
export type Pace = {
  /** Shares of traffic to stop at before 100, rising. */
  readonly trafficPercents: readonly number[] | null;
  readonly observeMs: number;
  readonly releaseDeadlineMs: number;
  /** How long blue-green keeps the version before ready to take over again. */
  readonly keepMs: number;
};

export type Environment = {
  readonly name: string;
  /** Where the cards of this environment go: a Slack channel id. */
  readonly channel: string;
  /** Protected: nothing is deployed there before people have seen the plan and said yes. */
  readonly isProtected: boolean;
  /** Who has to say yes in a protected environment; null there means that nobody can, and nothing is deployed. */
  readonly approval: ApprovalRule | null;
};

export function serviceNamed(catalog: Catalog, name: string): Service | null {
  return catalog.services.find((service) => service.name === name) ?? null;
}

export function targetOf(service: Service, environment: string): ConfiguredTarget | null {
  return service.targets.find((target) => target.environment === environment) ?? null;
}

export function productNamed({ products }: Catalog, name: string): Product | null {
  return products?.find((product) => product.name === name) ?? null;
}

/** Each after those of them that it needs. @throws never: services that need each other in a circle stand as they came */
export function inOrderOfNeeds(services: readonly Service[]): Service[] {
  const done: Service[] = [];
  let open = [...services];
  while (open.length > 0) {
    const names = new Set(open.map(({ name }) => name));
    const next = open.filter(({ name, needs }) => !needs.some((need) => need !== name && names.has(need)));
    const ready = next.length === 0 ? open : next;
    done.push(...ready);
    open = open.filter((service) => !ready.includes(service));
  }
  return done;
}
