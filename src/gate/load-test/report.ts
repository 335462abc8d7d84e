import { z } from 'zod';
import { understand } from '../json.ts';
import { type Parsed, saysNothing } from '../report.ts';

/** What a load test found. Null: it did not measure that. */
export type Load = {
  readonly requests: number;
  readonly errorPercent: number | null;
  readonly latencyP95Ms: number | null;
  readonly checks: { readonly passed: number; readonly failed: number } | null;
  /** What the test itself asked for. */
  readonly thresholds: readonly { readonly name: string; readonly isKept: boolean }[];
};

const Amount = z.number().min(0);
const Values = z.object({
  count: Amount.optional(),
  rate: Amount.optional(),
  value: Amount.optional(),
  passes: Amount.optional(),
  fails: Amount.optional(),
  'p(95)': Amount.optional(),
});
type Values = z.infer<typeof Values>;

/** As `handleSummary` is handed it: values and thresholds apart (k6, "Custom summary"). */
const Handed = z.object({
  values: Values,
  thresholds: z.record(z.string(), z.object({ ok: z.boolean() })).default({}),
});

/** As `--summary-export` writes it, where a threshold is true when it was crossed (grafana/k6 issue 1498). */
const Exported = Values.extend({ thresholds: z.record(z.string(), z.boolean()).default({}) });

type Metric = { readonly values: Values; readonly thresholds: Load['thresholds'] };

const Metric = z.union([
  Handed.transform(
    ({ values, thresholds }): Metric => ({
      values,
      thresholds: Object.entries(thresholds).map(([name, { ok }]) => ({ name, isKept: ok })),
    }),
  ),
  Exported.transform(
    ({ thresholds, ...values }): Metric => ({
      values,
      thresholds: Object.entries(thresholds).map(([name, isCrossed]) => ({ name, isKept: !isCrossed })),
    }),
  ),
]);

const Summary = z.object({ metrics: z.record(z.string(), Metric) });

/** A summary of k6 in either of its two shapes. It says neither when it was made nor of what. */
export function parseK6(text: string): Parsed<Load> {
  const read = understand(text, Summary);
  if (read.kind === 'nonsense') return read;
  const metrics = new Map(Object.entries(read.value.metrics));
  const requests = metrics.get('http_reqs')?.values.count;
  if (requests === undefined)
    return { kind: 'nonsense', because: 'it does not say how many requests there were' };
  const failed = metrics.get('http_req_failed')?.values;
  const share = failed?.rate ?? failed?.value ?? null;
  if (share !== null && share > 1)
    return { kind: 'nonsense', because: 'more requests failed than there were' };
  const { passes, fails } = metrics.get('checks')?.values ?? {};
  return {
    kind: 'report',
    content: {
      requests,
      errorPercent: share === null ? null : share * 100,
      latencyP95Ms: metrics.get('http_req_duration')?.values['p(95)'] ?? null,
      checks: passes === undefined || fails === undefined ? null : { passed: passes, failed: fails },
      thresholds: [...metrics].flatMap(([metric, { thresholds }]) =>
        thresholds.map(({ name, isKept }) => ({ name: `${metric} ${name}`, isKept })),
      ),
    },
    says: saysNothing,
  };
}
