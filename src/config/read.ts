import type { ApprovalRule } from '../core/approval.ts';
import { hashOf } from '../core/canonical.ts';
import type {
  Catalog,
  ConfiguredFlags,
  ConfiguredMetric,
  ConfiguredPlatform,
  ConfiguredSource,
  ConfiguredTarget,
  Product,
  ServiceFlag,
} from '../core/catalog.ts';
import { checkMeaning } from './check-meaning.ts';
import type { Configuration } from './configuration.ts';
import { escalationOf } from './escalation-schema.ts';
import { type Finding, keyPath } from './finding.ts';
import type { Known } from './known.ts';
import { migrationsOf } from './read-migrations.ts';
import { runbooksOf } from './read-runbooks.ts';
import { findingsFrom } from './say-issue.ts';
import { SlipwayFile } from './schema.ts';
import { watchOf } from './watch-schema.ts';
import { readYaml } from './yaml.ts';

export type Reading =
  | { readonly kind: 'read'; readonly configuration: Configuration }
  /** In the order in which they stand in the file. */
  | { readonly kind: 'broken'; readonly findings: readonly Finding[] };

/** Reads slipway.yml. Nothing of a file is used unless all of it is right. */
export function readConfiguration(file: string, text: string, known: Known): Reading {
  const yaml = readYaml(file, text);
  if (yaml.kind === 'broken') return yaml;
  if (yaml.tree.value === null) {
    return broken([{ file, line: null, column: null, key: '', message: 'is empty.', meant: [] }]);
  }
  const parsed = SlipwayFile.safeParse(yaml.tree.value);
  if (!parsed.success) return broken(findingsFrom(parsed.error, SlipwayFile, yaml.tree, file));

  const findings = checkMeaning(parsed.data, known).map(({ path, which, message, meant }) => {
    return { file, ...yaml.tree.place(path, which), key: keyPath(path), message, meant };
  });
  return findings.length > 0
    ? broken(findings)
    : { kind: 'read', configuration: deepFreeze(configurationOf(parsed.data)) };
}

function broken(findings: readonly Finding[]): Reading {
  const place = ({ line, column }: Finding) => (line ?? 0) * 1_000_000 + (column ?? 0);
  return { kind: 'broken', findings: findings.toSorted((a, b) => place(a) - place(b)) };
}

function configurationOf(file: SlipwayFile): Configuration {
  const { lease, reconcileEvery, lookEvery, sampleEvery, outboxLate } = file.engine;
  return {
    catalog: catalogOf(file),
    slack: file.slack,
    patience: {
      ...(lease === undefined ? {} : { leaseMs: lease }),
      ...(reconcileEvery === undefined ? {} : { reconcileEveryMs: reconcileEvery }),
      ...(lookEvery === undefined ? {} : { lookEveryMs: lookEvery }),
      ...(sampleEvery === undefined ? {} : { sampleEveryMs: sampleEvery }),
      ...(outboxLate === undefined ? {} : { outboxLateMs: outboxLate }),
    },
    port: file.http.port,
    webhookPort: file.http.webhookPort,
    webhooks: Object.entries(file.webhooks).map(([name, webhook]) => ({ name, ...webhook })),
    logLevel: file.telemetry.level,
    metricsAddress: file.telemetry.metrics,
    audit: file.audit,
  };
}

function catalogOf(file: SlipwayFile): Catalog {
  const parts = {
    services: Object.entries(file.services).map(
      ([name, { summary, needs, source, migrations, flags, targets }]) => ({
        name,
        summary,
        needs,
        source: source === null ? null : sourceOf(source),
        ...migrationsOf(migrations),
        ...(Object.keys(flags).length === 0 ? {} : { flags: serviceFlagsOf(flags) }),
        targets: Object.entries(targets).map(([environment, target]) => targetOf(environment, target)),
      }),
    ),
    environments: Object.entries(file.environments).map(([name, place]) => ({
      name,
      channel: place.channel,
      isProtected: place.protected,
      approval: approvalOf(place.approvals),
    })),
    people: Object.entries(file.people).map(([name, accounts]) => ({ name, accounts })),
    emergency: { channels: file.emergency.channels, reviewWithinMs: file.emergency.reviewWithin },
    notify: file.notify.map(({ services, environments, ...rule }) => ({
      ...rule,
      services: namesOf(services),
      environments: namesOf(environments),
    })),
    runbooks: runbooksOf(file),
    freezes: file.freezes.map(({ name, when, service, environment, reason }) => ({
      name,
      scope: { service, environment },
      window: when,
      reason,
    })),
    alarms: Object.entries(file.alarms).map(([name, { kind, ...settings }]) => ({ name, kind, settings })),
    groups: Object.entries(file.groups).map(([name, people]) => ({ name, people })),
    grants: file.grants.map(({ role, people, services, environments }) => ({
      role,
      people: people.flatMap((each) => file.groups[each] ?? [each]),
      services: namesOf(services),
      environments: namesOf(environments),
    })),
  };
  const more = {
    ...(Object.keys(file.platforms).length === 0 ? {} : { platforms: platformsOf(file) }),
    ...(Object.keys(file.metrics).length === 0 ? {} : { metrics: metricsOf(file) }),
    ...(Object.keys(file.flags).length === 0 ? {} : { flags: flagsOf(file) }),
    ...(file.escalation === undefined ? {} : { escalation: escalationOf(file.escalation) }),
    ...(Object.keys(file.products).length === 0 ? {} : { products: productsOf(file) }),
  };
  return { version: hashOf('slipway/configuration/v1', { ...parts, ...more }), ...parts, ...more };
}

function platformsOf({ platforms }: SlipwayFile): ConfiguredPlatform[] {
  return Object.entries(platforms).map(([name, { kind, ...settings }]) => ({ name, kind, settings }));
}

function flagsOf({ flags }: SlipwayFile): ConfiguredFlags[] {
  return Object.entries(flags).map(([name, { kind, ...settings }]) => ({ name, kind, settings }));
}

function serviceFlagsOf(flags: SlipwayFile['services'][string]['flags']): ServiceFlag[] {
  return Object.entries(flags).map(([key, flag]) => ({ key, ...flag }));
}

function metricsOf({ metrics }: SlipwayFile): ConfiguredMetric[] {
  return Object.entries(metrics).map(([name, { kind, ...settings }]) => ({ name, kind, settings }));
}

function productsOf({ products }: SlipwayFile): Product[] {
  return Object.entries(products).map(([name, product]) => ({ name, ...product }));
}

function namesOf(names: 'all' | readonly string[]): '*' | readonly string[] {
  return names === 'all' ? '*' : names;
}

function approvalOf(approvals: SlipwayFile['environments'][string]['approvals']): ApprovalRule | null {
  if (approvals === null) return null;
  const { required, expire, excludeAuthors } = approvals;
  return { requirements: required, expiresAfterMs: expire, isAuthorExcluded: excludeAuthors };
}

function sourceOf({
  kind,
  ...settings
}: NonNullable<SlipwayFile['services'][string]['source']>): ConfiguredSource {
  return { kind, settings };
}

function targetOf(
  environment: string,
  target: SlipwayFile['services'][string]['targets'][string],
): ConfiguredTarget {
  const { platform, address, strategy, pace, gates, criteria, watch } = target;
  return {
    environment,
    platform,
    address,
    strategy,
    pace: {
      trafficPercents: pace.traffic,
      observeMs: pace.observe,
      releaseDeadlineMs: pace.releaseDeadline,
      keepMs: pace.keep,
    },
    gates,
    criteria,
    ...(target.flags.length === 0 ? {} : { flags: target.flags }),
    ...(watch === null ? {} : { watch: watchOf(watch) }),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
