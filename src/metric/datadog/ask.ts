import { USUAL_LIMITS_MS } from '../buckets.ts';
import type { Query } from './settings.ts';

/** What is asked for one version, in this order; the answer says by number which is which. */
export type Wanted = {
  readonly queries: readonly string[];
  readonly latencyLimitsMs: readonly number[];
  /** Where in `queries` each of them is. */
  readonly at: {
    readonly requests: number;
    readonly errors: number;
    /** The requests that have not failed, to see whether all of them are accounted for. */
    readonly unfailed: number | null;
    /** At most so slow, for every limit, and then all of them. */
    readonly atMost: readonly number[];
    readonly p95: number | null;
    readonly business: readonly { readonly name: string; readonly hits: number; readonly of: number }[];
  };
};

const unitsPerMs = { s: 0.001, ms: 1, us: 1_000, ns: 1_000_000 } as const;

/**
 * The questions about one version; null asks for whatever version there is. The text is made of checked names alone
 * (Datadog's documentation, "Metrics", "Querying", and "Threshold queries" of distributions).
 */
export function wantedOf(query: Query, stepMs: number, label: string | null): Wanted {
  const { tags, versionTag } = query;
  const pairs = Object.entries(tags).map(([key, value]) => `${key}:${value}`);
  const scope = [...pairs, ...(label === null ? [] : [`${versionTag}:${label}`])];
  const seconds = stepMs / 1_000;
  const queries: string[] = [];
  const ask = (text: string) => queries.push(text) - 1;
  const sum = (metric: string, ...also: string[]) =>
    ask(`sum:${metric}{${inside([...scope, ...also])}}.as_count().rollup(sum, ${seconds})`);

  const requests = sum(query.requests);
  const { errors: failing } = query;
  const isTagged = 'tagged' in failing;
  const errors = isTagged ? sum(query.requests, failing.tagged) : sum(failing.metric);
  const unfailed = isTagged ? sum(query.requests, `!${failing.tagged}`) : null;
  const latency = latencyOf(query, inside(scope), seconds, ask);
  const business = Object.entries(query.business ?? {}).map(([name, { hits, of }]) => ({
    name,
    hits: sum(hits),
    of: sum(of),
  }));
  const { latencyLimitsMs, atMost, p95 } = latency;
  return { queries, latencyLimitsMs, at: { requests, errors, unfailed, atMost, p95, business } };
}

function latencyOf({ latency }: Query, scope: string, seconds: number, ask: (text: string) => number) {
  if (latency === undefined) return { latencyLimitsMs: [], atMost: [], p95: null };
  if ('p95' in latency) {
    const p95 = ask(`max:${latency.p95}{${scope}}.rollup(max, ${seconds})`);
    return { latencyLimitsMs: [], atMost: [], p95 };
  }
  const latencyLimitsMs = (latency.limitsMs ?? USUAL_LIMITS_MS).toSorted((a, b) => a - b);
  const counted = (what: string) =>
    `${what}:${latency.distribution}{${scope}}.as_count().rollup(sum, ${seconds})`;
  // Where nothing was so fast there is no point, and only Datadog can tell that from a point that is missing.
  const below = latencyLimitsMs.map((limit) =>
    ask(`default_zero(${counted(`count(v: v<=${plain(limit * unitsPerMs[latency.unit])})`)})`),
  );
  return { latencyLimitsMs, atMost: [...below, ask(counted('count'))], p95: null };
}

/** Without an exponent, which the query language does not read. */
function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}

function inside(scope: readonly string[]): string {
  return scope.length === 0 ? '*' : scope.join(',');
}
