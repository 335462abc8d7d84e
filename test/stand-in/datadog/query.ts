import type { Sum, Traffic } from '../traffic.ts';

const SUM =
  /^(sum|count|count\(v: v<=([0-9.]+)\)):([a-z._]+)\{([^{}]+)\}\.as_count\(\)\.rollup\(sum, (\d+)\)$/;
const MAX = /^max:([a-z._]+)\{([^{}]+)\}\.rollup\(max, (\d+)\)$/;
const ZERO = /^default_zero\((.+)\)$/;

/** The part of the query language that is used, each window's value; null for what the language does not know. */
export function rowOf(traffic: Traffic, query: string, starts: readonly number[]): (number | null)[] | null {
  const zero = ZERO.exec(query);
  if (zero !== null) return rowOf(traffic, zero[1] ?? '', starts)?.map((value) => value ?? 0) ?? null;
  const max = MAX.exec(query);
  if (max !== null) return valuesOf(traffic, max[2] ?? '', max[3] ?? '', starts, ({ p95Ms }) => p95Ms);
  const sum = SUM.exec(query);
  if (sum === null) return null;
  const [, how = '', limit, metric = '', scope = '', seconds = ''] = sum;
  return valuesOf(traffic, scope, seconds, starts, counterOf(how, limit, metric, scope));
}

/** A count of nothing is no point, as in Datadog. */
function counterOf(how: string, limit: string | undefined, metric: string, scope: string) {
  const count = (sum: Sum): number => {
    if (limit !== undefined) return sum.atMost(Number(limit) * 1_000);
    if (how === 'count') return sum.requests;
    if (metric.endsWith('.errors')) return sum.errors;
    if (metric === 'shop.orders') return Math.round(sum.requests / 10);
    if (scope.includes('!http.status_class:5xx')) return sum.requests - sum.errors;
    return scope.includes('http.status_class:5xx') ? sum.errors : sum.requests;
  };
  return (sum: Sum): number | null => count(sum) || null;
}

function valuesOf(
  traffic: Traffic,
  scope: string,
  seconds: string,
  starts: readonly number[],
  of: (sum: Sum) => number | null,
): (number | null)[] {
  const version = /(?:^|,)version:([^,]+)/.exec(scope)?.[1] ?? null;
  return starts.map((startMs) => {
    const sum = traffic.between(version, startMs, startMs + Number(seconds) * 1_000);
    return sum === null ? null : of(sum);
  });
}
