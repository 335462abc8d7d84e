import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { judgeLoad, type Limits } from './judge.ts';
import { parseK6 } from './report.ts';

/** As handleSummary is handed it. */
const HANDED = {
  state: { testRunDurationMs: 60_000 },
  metrics: {
    http_reqs: { type: 'counter', contains: 'default', values: { count: 4_200, rate: 70 } },
    http_req_failed: {
      type: 'rate',
      values: { rate: 0.004, passes: 17, fails: 4_183 },
      thresholds: { 'rate<0.01': { ok: true } },
    },
    http_req_duration: {
      type: 'trend',
      contains: 'time',
      values: { avg: 40, min: 3, med: 35, max: 900, 'p(90)': 90, 'p(95)': 130.2 },
      thresholds: { 'p(95)<500': { ok: true } },
    },
    checks: { type: 'rate', values: { rate: 0.999, passes: 4_196, fails: 4 } },
  },
};

/** As --summary-export writes it: a threshold is true when it was crossed. */
const EXPORTED = {
  metrics: {
    http_reqs: { count: 4_200, rate: 70 },
    http_req_failed: { passes: 17, fails: 4_183, value: 0.004, thresholds: { 'rate<0.01': false } },
    http_req_duration: { avg: 40, 'p(95)': 130.2, thresholds: { 'p(95)<500': false } },
    checks: { passes: 4_196, fails: 4, value: 0.999 },
  },
};

const LIMITS: Limits = {
  requestsMin: 1_000,
  errorPercentMax: 0.5,
  latencyP95MsMax: 200,
  checksPercentMin: 99.9,
};

function verdictOn(text: string, limits: Limits = LIMITS) {
  const parsed = parseK6(text);
  return parsed.kind === 'report'
    ? judgeLoad(parsed.content, limits)
    : { kind: 'unknown' as const, because: parsed.because };
}

test.each([HANDED, EXPORTED])('a load test that held passes, in both shapes', (summary) => {
  expect(verdictOn(JSON.stringify(summary))).toEqual({
    kind: 'pass',
    because: '4200 requests, 2 of 2 thresholds kept, errors 0.4 %, p95 131 ms, 4196 of 4200 checks passed',
  });
});

test('a crossed threshold fails, whichever way round it is written', () => {
  const handed = structuredClone(HANDED);
  handed.metrics.http_req_duration.thresholds['p(95)<500'].ok = false;
  const exported = structuredClone(EXPORTED);
  exported.metrics.http_req_duration.thresholds['p(95)<500'] = true;
  for (const summary of [handed, exported]) {
    expect(verdictOn(JSON.stringify(summary))).toEqual({
      kind: 'fail',
      because: 'thresholds crossed: http_req_duration p(95)<500',
    });
  }
});

test.each<[string, Partial<Limits>, string]>([
  ['errors', { errorPercentMax: 0.3 }, 'errors 0.4 %, and at most 0.3 % is asked for'],
  ['p95', { latencyP95MsMax: 130 }, 'p95 131 ms, and at most 130 ms is asked for'],
  ['checks', { checksPercentMin: 99.99 }, '4196 of 4200 checks passed, and 99.99 % is asked for'],
])('what the gate asks for of %s has to be so', (_, limits, because) => {
  expect(verdictOn(JSON.stringify(HANDED), { ...LIMITS, ...limits })).toEqual({ kind: 'fail', because });
});

test.each<[string, object]>([
  ['too few requests', { ...HANDED.metrics, http_reqs: { values: { count: 999 } } }],
  ['no requests', { checks: HANDED.metrics.checks }],
  [
    'no checks at all',
    {
      ...HANDED.metrics,
      checks: { values: { passes: 0, fails: 0 }, thresholds: { 'rate>0.9': { ok: true } } },
    },
  ],
  ['no share of errors', { ...HANDED.metrics, http_req_failed: { values: {} } }],
  ['more errors than requests', { ...HANDED.metrics, http_req_failed: { values: { rate: 1.5 } } }],
  [
    'a threshold that says neither',
    { ...HANDED.metrics, vus: { values: {}, thresholds: { 'value>1': { ok: 'yes' } } } },
  ],
])('a test with %s shows nothing', (_, metrics) => {
  expect(verdictOn(JSON.stringify({ metrics })).kind).toBe('unknown');
});

test('what is a little beyond a limit does not look as if it were the limit', () => {
  const http_req_failed = { values: { rate: 0.005_001 } };
  const text = JSON.stringify({ metrics: { ...HANDED.metrics, http_req_failed } });
  expect(verdictOn(text)).toEqual({ kind: 'fail', because: 'errors 0.51 %, and at most 0.5 % is asked for' });
});

test('a test that asked for nothing shows nothing to a gate that asks for nothing', () => {
  const text = JSON.stringify({ metrics: { http_reqs: { values: { count: 4_200 } } } });
  expect(verdictOn(text, { requestsMin: 1 }).kind).toBe('unknown');
});

test('whatever happens to a good summary, it passes only when it is still one', () => {
  let passed = 0;
  const judges = (text: string) => {
    if (verdictOn(text).kind !== 'pass') return true;
    passed += 1;
    const { metrics } = JSON.parse(text) as typeof HANDED;
    const kept = Object.values(metrics).flatMap((metric) =>
      'thresholds' in metric ? Object.values(metric.thresholds) : [],
    );
    const { passes, fails } = metrics.checks.values;
    return (
      metrics.http_reqs.values.count >= 1_000 &&
      metrics.http_req_failed.values.rate <= 0.005 &&
      metrics.http_req_duration.values['p(95)'] <= 200 &&
      passes / (passes + fails) >= 0.998_9 &&
      kept.every(({ ok }) => ok)
    );
  };
  const answers = changedAnswers(HANDED, [0.4, 4_200, { ok: false }]).map(
    (value) => JSON.stringify(value) ?? '',
  );
  fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
  fc.assert(fc.property(changedTexts(JSON.stringify(HANDED)), judges), { numRuns: 10_000 });
  expect(passed).toBeGreaterThan(500);
});
