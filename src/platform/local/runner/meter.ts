import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Usage } from './usage.ts';

/** Who answered: what every number is kept by. A type and not an interface, so that it can be a set of labels. */
export type Arm = {
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  readonly release: string;
};

export type Reading = {
  readonly requests: number;
  readonly errors: number;
  /** Null is the open end. */
  readonly latencyBuckets: { readonly upToMs: number | null; readonly count: number }[];
  readonly cpuPercent: number | null;
  readonly memoryMb: number | null;
};

/** Counts what the proxies see, and keeps what the processes use, in Prometheus' own terms. */
export type Meter = {
  /** Begins to count from zero. */
  begin(arm: Arm): void;
  /** `status` is null when the release gave no whole answer; that and every 5xx is an error. */
  answered(arm: Arm, status: number | null, tookMs: number): void;
  /** A request that no release could be asked to answer. */
  unrouted(service: string, environment: string): void;
  /** What a process had used by `atMs`; null when it has ended. */
  used(arm: Arm, usage: Usage | null, atMs: number): void;
  read(arm: Arm): Promise<Reading>;
  forget(arm: Arm): void;
  /** The exposition format, and its content type. */
  exposition(): Promise<{ readonly type: string; readonly text: string }>;
};

/** Fine where the answers of small services are, so that a p95 read from it is worth something. */
const UP_TO_MS = [
  1, 2, 5, 7.5, 10, 12.5, 15, 17.5, 20, 25, 30, 40, 50, 75, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];
const LABELS = ['service', 'environment', 'version', 'release'] as const;

export function openMeter(): Meter {
  const { registry, requests, errors, latency, unrouted, cpu, memory } = instruments();
  const lastUsage = new Map<string, { readonly cpuMs: number; readonly atMs: number }>();
  const usage = new Map<string, Pick<Reading, 'cpuPercent' | 'memoryMb'>>();

  return {
    begin(arm) {
      requests.inc(arm, 0);
      errors.inc(arm, 0);
      latency.zero(arm);
    },
    answered(arm, status, tookMs) {
      requests.inc(arm);
      if (status === null || status >= 500) errors.inc(arm);
      latency.observe(arm, tookMs / 1_000);
    },
    unrouted: (service, environment) => unrouted.inc({ service, environment }),
    used(arm, now, atMs) {
      const cpuPercent = percentSince(lastUsage.get(arm.release), now, atMs);
      usage.set(arm.release, { cpuPercent, memoryMb: now?.memoryMb ?? null });
      if (now === null) lastUsage.delete(arm.release);
      else lastUsage.set(arm.release, { cpuMs: now.cpuMs, atMs });
      set(cpu, arm, cpuPercent);
      set(memory, arm, now === null ? null : now.memoryMb * 1_024 * 1_024);
    },
    async read(arm) {
      return {
        requests: await total(requests, arm),
        errors: await total(errors, arm),
        latencyBuckets: await buckets(latency, arm),
        ...(usage.get(arm.release) ?? { cpuPercent: null, memoryMb: null }),
      };
    },
    forget(arm) {
      for (const metric of [requests, errors, latency, cpu, memory]) metric.remove(arm);
      lastUsage.delete(arm.release);
      usage.delete(arm.release);
    },
    exposition: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

function instruments() {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = [...LABELS];
  return {
    registry,
    requests: new Counter({
      name: 'slipway_local_requests_total',
      help: 'Requests that were handed to a release.',
      labelNames,
      registers,
    }),
    errors: new Counter({
      name: 'slipway_local_errors_total',
      help: 'Requests that a release answered with 5xx or not to the end.',
      labelNames,
      registers,
    }),
    latency: new Histogram({
      name: 'slipway_local_request_duration_seconds',
      help: 'From a request to the end of its answer, as the proxy sees it.',
      labelNames,
      buckets: UP_TO_MS.map((ms) => ms / 1_000),
      registers,
    }),
    unrouted: new Counter({
      name: 'slipway_local_unrouted_total',
      help: 'Requests that were answered 503 because no release has any traffic.',
      labelNames: ['service', 'environment'],
      registers,
    }),
    cpu: new Gauge({
      name: 'slipway_local_cpu_percent',
      help: 'Percent of one core that the process of a release used lately.',
      labelNames,
      registers,
    }),
    memory: new Gauge({
      name: 'slipway_local_resident_memory_bytes',
      help: 'Memory of the process of a release.',
      labelNames,
      registers,
    }),
  };
}

function percentSince(
  before: { readonly cpuMs: number; readonly atMs: number } | undefined,
  now: Usage | null,
  atMs: number,
): number | null {
  if (before === undefined || now === null || atMs <= before.atMs || now.cpuMs < before.cpuMs) return null;
  return (100 * (now.cpuMs - before.cpuMs)) / (atMs - before.atMs);
}

/** What is not known is not there, which is not zero. */
function set(gauge: Gauge<(typeof LABELS)[number]>, arm: Arm, value: number | null): void {
  if (value === null) gauge.remove(arm);
  else gauge.set(arm, value);
}

async function total(counter: Counter<(typeof LABELS)[number]>, { release }: Arm): Promise<number> {
  const { values } = await counter.get();
  return values.find(({ labels }) => labels.release === release)?.value ?? 0;
}

async function buckets(
  histogram: Histogram<(typeof LABELS)[number]>,
  { release }: Arm,
): Promise<Reading['latencyBuckets']> {
  const { values } = await histogram.get();
  return values
    .filter(({ metricName, labels }) => metricName?.endsWith('_bucket') && labels.release === release)
    .map(({ labels, value }) => ({
      upToMs: limitOf(new Map(Object.entries(labels)).get('le')),
      count: value,
    }));
}

function limitOf(le: string | number | undefined): number | null {
  const seconds = Number(le);
  return Number.isFinite(seconds) ? Math.round(seconds * 1_000_000) / 1_000 : null;
}
