import type { Point } from '../windowed.ts';
import { startsOf, type Windows } from '../windows.ts';
import type { Rows, Wanted } from './client.ts';
import type { Query } from './settings.ts';

const units = { s: 'Seconds', ms: 'Milliseconds', us: 'Microseconds' } as const;
const msPerUnit = { s: 1_000, ms: 1, us: 0.001 } as const;

/** What is asked of one version; `arm` keeps the ids of both apart. */
export function wantedByDimension(query: Query, arm: string, label: string): readonly Wanted[] {
  const { namespace, versionDimension, latency } = query;
  const dimensions = { ...query.dimensions, [versionDimension]: label };
  const sum = (id: string, metric: string): Wanted => ({
    id: `${arm}_${id}`,
    namespace,
    metric,
    dimensions,
    stat: 'Sum',
    unit: null,
  });
  const counts = [sum('requests', query.requests), sum('errors', query.errors.metric)];
  if (latency === undefined) return counts;
  const p95 = { ...sum('p95', latency.metric), stat: 'p95' as const, unit: units[latency.unit] };
  return [...counts, p95];
}

/**
 * A count that is not there stays unknown, except where the configuration says that silence about errors means none:
 * then that is what a series means which CloudWatch calls complete and which is of these times alone.
 */
export function pointsByDimension(
  query: Query,
  arm: string,
  { byId }: Rows,
  windows: Windows,
): readonly Point[] {
  const requests = byId.get(`${arm}_requests`) ?? new Map<number, number>();
  const errors = byId.get(`${arm}_errors`);
  const p95 = byId.get(`${arm}_p95`);
  const starts = startsOf(windows);
  const isStray = (time: number) => !starts.includes(time);
  const isQuiet = query.errors.absent === 'none' && errors !== undefined && ![...errors.keys()].some(isStray);
  const told = [
    ...starts.filter((startMs) => requests.has(startMs)),
    ...[...requests.keys()].filter(isStray),
  ];
  return told.map((startMs) => ({
    startMs,
    requests: requests.get(startMs) ?? null,
    errors: errors?.get(startMs) ?? (isQuiet ? 0 : null),
    ...(query.latency === undefined
      ? {}
      : { latencyP95Ms: scaled(p95?.get(startMs), msPerUnit[query.latency.unit]) }),
  }));
}

export function scaled(value: number | undefined, factor: number): number | null {
  return value === undefined ? null : value * factor;
}
