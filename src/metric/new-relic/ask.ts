import { USUAL_LIMITS_MS } from '../buckets.ts';
import type { Labels } from '../label.ts';
import type { Windows } from '../windows.ts';
import type { Query } from './settings.ts';

export type Wanted = {
  readonly nrql: string;
  readonly latencyLimitsMs: readonly number[];
};

/**
 * One question for both versions: one row a version and window, with everything in it, so that no count can be missing
 * beside another (New Relic's documentation, "NRQL syntax": `filter`, `FACET`, `TIMESERIES`). Null asks for all of them.
 */
export function wantedOf(query: Query, labels: Labels | null, windows: Windows): Wanted {
  const { event, where, versionAttribute, duration } = query;
  const latencyLimitsMs = (duration.limitsMs ?? USUAL_LIMITS_MS).toSorted((a, b) => a - b);
  const perUnit = duration.unit === 's' ? 1_000 : 1;
  const counts = [
    'count(*) AS requests',
    `filter(count(*), WHERE ${failedOf(query)}) AS errors`,
    // Of those alone that say whether they have failed: what says nothing has not succeeded.
    `filter(count(*), WHERE ${name(query.failed.attribute)} IS NOT NULL) AS telling`,
    ...latencyLimitsMs.map(
      (limit, index) =>
        `filter(count(*), WHERE ${name(duration.attribute)} <= ${limit / perUnit}) AS atMost${index}`,
    ),
    // Of those alone that have a duration, because what has none is below no limit.
    `filter(count(*), WHERE ${name(duration.attribute)} >= 0) AS timed`,
  ];
  const versions = labels === null ? [] : [labels.canary, ...(labels.stable === null ? [] : [labels.stable])];
  const conditions = [
    ...Object.entries(where).map(([attribute, value]) => `${name(attribute)} = ${text(value)}`),
    ...(versions.length === 0 ? [] : [`${name(versionAttribute)} IN (${versions.map(text).join(', ')})`]),
  ];
  const nrql = [
    `SELECT ${counts.join(', ')}`,
    `FROM ${name(event)}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`]),
    ...(versions.length === 0 ? [] : [`FACET ${name(versionAttribute)} LIMIT 10`]),
    `SINCE ${windows.fromMs} UNTIL ${windows.toMs}`,
    `TIMESERIES ${windows.stepMs / 1_000} seconds`,
  ].join(' ');
  return { nrql, latencyLimitsMs };
}

function failedOf({ failed }: Query): string {
  return 'is' in failed
    ? `${name(failed.attribute)} IS true`
    : `numeric(${name(failed.attribute)}) >= ${failed.atLeast}`;
}

/** Names hold no backtick. */
function name(word: string): string {
  return `\`${word}\``;
}

function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
