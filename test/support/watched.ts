import { Failed } from '../../src/core/failure.ts';
import type { ConfiguredWatch } from '../../src/core/watch.ts';
import { usualWatch } from '../../src/core/watch.ts';
import { createEngine } from '../../src/engine/engine.ts';
import type { MetricSource } from '../../src/metric/metric.ts';
import type { Counters } from '../../src/platform/platform.ts';
import { begunBy, openOffice } from './office/office.ts';

const VISIT_MS = 5_000;
const REQUESTS = 200;

type Counted = { requests: number; errors: number };

/** A deployment that is watched for a minute at each share, over counters that a test holds in its hands. */
export async function watch(more: Partial<ConfiguredWatch> = {}, judge: MetricSource | null = null) {
  const office = openOffice();
  const counted = new Map<string, Counted>();
  const shares = { failing: 0, failingBefore: 0, isSilent: false, answersAfterMs: 0 };
  const of = (releaseId: string): Counted => {
    const known = counted.get(releaseId) ?? { requests: 500, errors: 0 };
    counted.set(releaseId, known);
    return known;
  };
  const measure = async (releaseId: string): Promise<Counters> => {
    office.pass(shares.answersAfterMs);
    if (shares.isSilent) throw new Failed({ code: 'unavailable', message: 'no answer', retryAfterMs: 1_000 });
    const { requests, errors } = of(releaseId);
    return {
      atMs: office.nowMs(),
      requests,
      errors,
      latencyBuckets: [
        { upToMs: 100, count: requests },
        { upToMs: Number.POSITIVE_INFINITY, count: requests },
      ],
      cpuPercent: null,
      memoryMb: 96,
    };
  };
  const criteria = { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 };
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({
        ...target,
        criteria,
        watch: { ...usualWatch, ...more },
      })),
    })),
  };
  const siteOf: typeof office.parts.siteOf = (target) => ({ ...office.parts.siteOf(target), measure });
  const metricNamed: typeof office.parts.metricNamed = (name) =>
    name === judge?.name ? judge : (office.parts.metricNamed?.(name) ?? null);
  const parts = { ...office.parts, siteOf, metricNamed };
  let engine = createEngine(parts);
  const before = new Set(
    (await office.parts.siteOf({ id: 'api/staging', platform: 'memory', address: {} }).look()).releases.map(
      ({ releaseId }) => releaseId,
    ),
  );
  const id = begunBy(await office.as('U0ANN').deploy(office.order('v2', { environment: 'staging' })));
  function serve(): void {
    for (const [releaseId, each] of counted) {
      each.requests += REQUESTS;
      each.errors += REQUESTS * (before.has(releaseId) ? shares.failingBefore : shares.failing);
    }
  }
  /** Visits until this is so, and lets requests come in as time passes. */
  async function until(isSo: () => Promise<boolean>, visitsMax = 200): Promise<number> {
    for (let visit = 0; visit < visitsMax; visit++) {
      if (await isSo()) return visit;
      await office.during(engine.advance(id));
      office.pass(VISIT_MS);
      serve();
    }
    return visitsMax;
  }
  const kinds = () => office.kinds(id);
  return {
    office,
    id,
    shares,
    counted,
    parts,
    desk: (who: string) => office.as(who),
    until: (kind: string) => until(async () => (await kinds()).includes(kind as never)),
    untilOver: (visitsMax?: number) =>
      until(async () => (await office.deployment(id)).outcome !== null, visitsMax),
    kinds,
    countAnew: () => counted.clear(),
    /** Another process goes on, which knows nothing but the journal. */
    forget() {
      engine = createEngine(parts);
    },
    outcome: async () => (await office.deployment(id)).outcome,
    because: async () => (await office.deployment(id)).because,
  };
}
