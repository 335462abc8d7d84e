import type { z } from 'zod';

/** What exists in this program, for a configuration to name. */
export type Known = {
  readonly platforms: readonly string[];
  readonly gates: readonly string[];
  /** What a gate has against what stands beside it; paths are inside the gate. */
  checkGate(id: string, settings: unknown): readonly AddressIssue[];
  /** What a kind of platform has against what stands beside it; paths are inside the platform. */
  checkPlatform(kind: string, settings: unknown): readonly AddressIssue[];
  /** What a kind of platform has against an address; paths are inside the address. */
  checkAddress(kind: string, address: unknown): readonly AddressIssue[];
  readonly sources: readonly string[];
  /** What a kind of source has against what stands beside it; paths are inside the source. */
  checkSource(kind: string, settings: unknown): readonly AddressIssue[];
  readonly alarms: readonly string[];
  /** What a kind of alarm source has against what stands beside it; paths are inside the alarm source. */
  checkAlarm(kind: string, settings: unknown): readonly AddressIssue[];
  readonly migrations: readonly string[];
  readonly flags: readonly string[];
  /** What a kind of flag service has against what stands beside it; paths are inside the flag service. */
  checkFlag(kind: string, settings: unknown): readonly AddressIssue[];
  readonly metrics: readonly string[];
  /** What a kind of source of numbers has against what stands beside it; paths are inside the source. */
  checkMetric(kind: string, settings: unknown): readonly AddressIssue[];
  /** What a kind of source of numbers has against what a target asks it for; paths are inside the question. */
  checkQuery(kind: string, query: unknown): readonly AddressIssue[];
  /** How late a kind of source of numbers knows what a target asks it for. */
  lateMs(kind: string, query: unknown): number;
};

export type AddressIssue = { readonly path: readonly (string | number)[]; readonly message: string };

type MetricKind = {
  readonly id: string;
  readonly Settings: z.ZodType;
  readonly Query: z.ZodType;
  lateMs?(query: unknown): number;
};

/** What has to be known of the platforms and gates that there are. */
export function knownFrom(
  platforms: readonly { readonly id: string; readonly Address: z.ZodType; readonly Settings?: z.ZodType }[],
  gates: readonly { readonly id: string; readonly Settings?: z.ZodType }[],
  sources: readonly { readonly id: string; readonly Settings: z.ZodType }[],
  alarms: readonly { readonly id: string; readonly Settings: z.ZodType }[] = [],
  metrics: readonly MetricKind[] = [],
  flags: readonly { readonly id: string; readonly Settings: z.ZodType }[] = [],
  migrations: readonly { readonly id: string }[] = [],
): Known {
  return {
    migrations: migrations.map(({ id }) => id),
    flags: flags.map(({ id }) => id),
    checkFlag: (id, settings) => issuesOf(flags.find((one) => one.id === id)?.Settings, settings),
    metrics: metrics.map(({ id }) => id),
    checkMetric: (id, settings) => issuesOf(metrics.find((one) => one.id === id)?.Settings, settings),
    checkQuery: (id, query) => issuesOf(metrics.find((one) => one.id === id)?.Query, query),
    lateMs: (id, query) => metrics.find((one) => one.id === id)?.lateMs?.(query) ?? 0,
    alarms: alarms.map(({ id }) => id),
    checkAlarm: (id, settings) => issuesOf(alarms.find((one) => one.id === id)?.Settings, settings),
    sources: sources.map(({ id }) => id),
    checkSource: (id, settings) => issuesOf(sources.find((one) => one.id === id)?.Settings, settings),
    platforms: platforms.map(({ id }) => id),
    gates: gates.map(({ id }) => id),
    checkGate: (id, settings) => issuesOf(gates.find((one) => one.id === id)?.Settings, settings),
    checkPlatform: (id, settings) => issuesOf(platforms.find((one) => one.id === id)?.Settings, settings),
    checkAddress: (id, address) => issuesOf(platforms.find((one) => one.id === id)?.Address, address),
  };
}

function issuesOf(schema: z.ZodType | undefined, value: unknown): AddressIssue[] {
  const issues = schema?.safeParse(value).error?.issues ?? [];
  return issues.map(({ path, message }) => ({
    path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
    message,
  }));
}
