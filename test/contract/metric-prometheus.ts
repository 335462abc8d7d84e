import { openMetric } from '../../src/metric/index.ts';
import { openPrometheus, type Pod } from '../stand-in/prometheus/index.ts';
import { askedAt } from './metric-asked.ts';
import type { JudgingMember, MetricMember, Trouble } from './metric-member.ts';
import { aroundOver } from './metric-way.ts';

const BEGIN_MS = Date.UTC(2026, 10, 20, 12);
const SCRAPE_MS = 5_000;

const query = {
  requests: 'http_requests_total{service="shop"}',
  errors: 'http_requests_total{service="shop",code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket{service="shop"}',
  pod: 'pod',
};

export const prometheus: MetricMember = {
  name: 'prometheus',
  async open(way) {
    const standIn = await openPrometheus();
    const [stable, canary] = ['v1', 'v2'].map((version) => standIn.addPod({ pod: `of-${version}`, version }));
    if (stable === undefined || canary === undefined) throw new Error('there are two');
    let nowMs = BEGIN_MS;
    let skewMs = 0;
    Object.assign(stable, { ok: 5_000 });
    Object.assign(canary, { ok: 500, failed: 500 });
    standIn.scrape(nowMs);
    return {
      isOverHttp: true,
      roundMs: 2 * SCRAPE_MS,
      source: () =>
        openMetric(
          { name: 'prom', kind: 'prometheus', settings: { url: standIn.url } },
          aroundOver({ ...way, clock: { ...way.clock, nowMs: () => nowMs } }, 'none'),
        ),
      nowMs: () => nowMs,
      asked: () => askedAt(nowMs + skewMs, query),
      pass(ms, served) {
        nowMs += ms;
        serve(stable, served.stable);
        serve(canary, served.canary);
        standIn.scrape(nowMs);
      },
      troubles: ['gone', 'stable-gone', 'nan', 'negative', 'stale', 'future', 'reset', 'unit', 'partial'],
      trouble(what) {
        if (what === 'partial') standIn.warnings = ['a store did not answer'];
        // Asked for what is not there yet: our clock is the one that runs ahead.
        if (what === 'future') skewMs = 400_000;
        trouble[what]?.(canary, stable);
      },
      calm() {
        standIn.warnings = [];
        skewMs = 0;
        for (const pod of [canary, stable]) Object.assign(pod, { lies: {}, isScraped: true });
      },
      close: () => standIn.close(),
    };
  },
};

function serve(pod: Pod, { requests, errors }: { requests: number; errors: number }): void {
  pod.ok += requests - errors;
  pod.failed += errors;
  pod.slow += errors;
}

const trouble: Partial<Record<Trouble, (canary: Pod, stable: Pod) => void>> = {
  gone: (canary) => Object.assign(canary, { isScraped: false, labels: { ...canary.labels } }),
  'stable-gone': (_, stable) => Object.assign(stable, { isScraped: false }),
  nan: (canary) => Object.assign(canary, { lies: { failed: Number.NaN } }),
  negative: (canary) => Object.assign(canary, { lies: { failed: -5 } }),
  stale: (canary) => Object.assign(canary, { isScraped: false }),
  reset: (canary) => Object.assign(canary, { ok: 0, failed: 0, slow: 0 }),
  unit: (canary) => Object.assign(canary, { lies: { limits: ['100', '1000'] } }),
};

const rule = (nowMs: number, state: 'firing' | 'inactive') => ({
  name: 'ours',
  file: 'rules.yml',
  interval: 10,
  limit: 0,
  evaluationTime: 0.001,
  lastEvaluation: new Date(nowMs).toISOString(),
  rules: [
    {
      name: 'TooManyErrors',
      type: 'alerting',
      query: 'up == 0',
      state,
      health: 'ok',
      duration: 0,
      keepFiringFor: 0,
      evaluationTime: 0.001,
      lastEvaluation: new Date(nowMs).toISOString(),
      labels: {},
      annotations: {},
      alerts:
        state === 'inactive'
          ? []
          : [
              {
                labels: { alertname: 'TooManyErrors', service: 'shop' },
                annotations: {},
                state,
                activeAt: new Date(nowMs).toISOString(),
                value: '1e+00',
              },
            ],
    },
  ],
});

export const prometheusAlerts: JudgingMember = {
  name: 'prometheus-alerts',
  async open(way) {
    const standIn = await openPrometheus();
    return {
      canBeSilent: true,
      source: () =>
        openMetric(
          { name: 'alerts', kind: 'prometheus-alerts', settings: { url: standIn.url } },
          aroundOver(way, 'none'),
        ),
      asked: () => askedAt(BEGIN_MS, { matchers: ['service="shop"'] }),
      be(what) {
        const atMs = what === 'silent' ? BEGIN_MS - 600_000 : BEGIN_MS;
        standIn.rules = [rule(atMs, what === 'ill' ? 'firing' : 'inactive')];
      },
      close: () => standIn.close(),
    };
  },
};
