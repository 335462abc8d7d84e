import { openMetric } from '../../src/metric/index.ts';
import type { Counters, Site } from '../../src/platform/platform.ts';
import { askedAt } from './metric-asked.ts';
import type { MetricMember } from './metric-member.ts';
import { aroundOver } from './metric-way.ts';

const BEGIN_MS = Date.UTC(2026, 10, 20, 12);

/** The place itself is asked, so that there is no answer on a wire to be changed. */
export const platform: MetricMember = {
  name: 'platform',
  async open(way) {
    let nowMs = BEGIN_MS;
    let wrong: string | null = null;
    let frozenMs: number | null = null;
    const totals = { 'rel-1': { requests: 5_000, errors: 0 }, 'rel-2': { requests: 1_000, errors: 500 } };
    const measure = async (releaseId: string): Promise<Counters | null> => {
      const isCanary = releaseId === 'rel-2';
      if ((wrong === 'gone' && isCanary) || (wrong === 'stable-gone' && !isCanary)) return null;
      const { requests, errors } = totals[isCanary ? 'rel-2' : 'rel-1'];
      const scale = wrong === 'unit' && isCanary ? 1_000 : 1;
      const counted = { nan: Number.NaN, negative: -requests }[wrong ?? ''] ?? requests;
      return {
        atMs: frozenMs ?? (wrong === 'future' ? nowMs + 60_000 : nowMs),
        requests: isCanary ? counted : requests,
        errors,
        latencyBuckets: [
          { upToMs: 100 * scale, count: requests - errors },
          { upToMs: 1_000 * scale, count: requests },
          { upToMs: Number.POSITIVE_INFINITY, count: requests },
        ],
        cpuPercent: null,
        memoryMb: null,
      };
    };
    return {
      isOverHttp: false,
      roundMs: 5_000,
      source: () => openMetric({ name: 'platform', kind: 'platform', settings: {} }, aroundOver(way, 'none')),
      nowMs: () => nowMs,
      asked: () => askedAt(nowMs, {}, { site: { measure } as unknown as Site }),
      pass(ms, { canary, stable }) {
        nowMs += ms;
        for (const [id, served] of [['rel-2', canary] as const, ['rel-1', stable] as const]) {
          totals[id].requests += served.requests;
          totals[id].errors += served.errors;
        }
      },
      troubles: ['gone', 'stable-gone', 'nan', 'negative', 'stale', 'future', 'reset', 'unit'],
      trouble(what) {
        wrong = what;
        if (what === 'stale') frozenMs = nowMs;
        if (what === 'reset') totals['rel-2'] = { requests: 0, errors: 0 };
      },
      calm() {
        wrong = null;
        frozenMs = null;
      },
      close: async () => undefined,
    };
  },
};
