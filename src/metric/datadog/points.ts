import { Failed } from '../../core/failure.ts';
import { accounted } from '../accounted.ts';
import { bucketsFrom } from '../buckets.ts';
import { oneLine } from '../one-line.ts';
import type { Point } from '../windowed.ts';
import { startsOf, type Windows } from '../windows.ts';
import type { Wanted } from './ask.ts';
import type { TimeseriesAnswer } from './schema.ts';
import type { Query } from './settings.ts';

type Row = { readonly byStart: ReadonlyMap<number, number | null>; readonly unit: string | null };

const unitNames = { s: 'second', ms: 'millisecond', us: 'microsecond', ns: 'nanosecond' } as const;
const msPerUnit = { s: 1_000, ms: 1, us: 0.001, ns: 0.000_001 } as const;

/**
 * What the answer says of each window. A count that is not there stays unknown, except where the configuration says
 * that silence about errors means none. @throws {Failed} for an answer that is broken or says that it is
 */
export function pointsOf(
  answer: TimeseriesAnswer,
  wanted: Wanted,
  query: Query,
  windows: Windows,
): readonly Point[] {
  const rows = rowsOf(answer, wanted.queries.length);
  const times = [...new Set([...rows.values()].flatMap(({ byStart }) => [...byStart.keys()]))];
  const strays = times.filter((time) => time < windows.fromMs || time >= windows.toMs);
  const starts = [...startsOf(windows), ...strays];
  return starts.flatMap((startMs) => {
    const at = (index: number) => rows.get(index)?.byStart.get(startMs) ?? null;
    const requests = at(wanted.at.requests);
    // A window in which nothing was counted at all is no window of this version.
    if (requests === null && !times.includes(startMs)) return [];
    return [pointOf(startMs, requests, at, wanted, query, rows)];
  });
}

function pointOf(
  startMs: number,
  requests: number | null,
  at: (index: number) => number | null,
  { at: index }: Wanted,
  query: Query,
  rows: ReadonlyMap<number, Row>,
): Point {
  return {
    startMs,
    requests,
    errors:
      index.unfailed === null
        ? errorsOf(requests, at(index.errors), query)
        : accounted(requests, at(index.errors), at(index.unfailed)),
    ...(index.atMost.length === 0 ? {} : { latency: bucketsFrom(index.atMost.map(at)) }),
    ...(index.p95 === null ? {} : { latencyP95Ms: p95Of(at(index.p95), rows.get(index.p95), query) }),
    business: Object.fromEntries(
      index.business.map(({ name, hits, of }) => [name, { hits: at(hits), of: at(of) }]),
    ),
  };
}

function errorsOf(requests: number | null, value: number | null, { errors }: Query): number | null {
  const isQuiet = 'absent' in errors && errors.absent === 'none';
  return isQuiet && requests !== null ? (value ?? 0) : value;
}

/** In milliseconds; null where Datadog names another unit than the configuration. */
function p95Of(value: number | null, row: Row | undefined, { latency }: Query): number | null {
  if (value === null || latency === undefined || !('p95' in latency)) return null;
  const told = row?.unit ?? null;
  const isOther = told !== null && told !== unitNames[latency.unit];
  return isOther ? null : value * msPerUnit[latency.unit];
}

function rowsOf({ data, errors }: TimeseriesAnswer, queries: number): ReadonlyMap<number, Row> {
  refuseErrors(errors);
  if (data === null || data === undefined) throw broken('there is nothing in it');
  const { series, times, values } = data.attributes;
  const isWhole = series.length === values.length && values.every((row) => row.length === times.length);
  if (!isWhole) throw broken('its rows do not fit together');
  if (new Set(times.map(toMs)).size !== times.length) throw broken('it has a time twice');
  const rows = new Map<number, Row>();
  for (const [row, { query_index: index, unit }] of series.entries()) {
    if (rows.has(index) || index >= queries) {
      throw broken('it answers a question twice, or one that was not asked');
    }
    const byStart = new Map(times.map((time, column) => [toMs(time), values[row]?.[column] ?? null]));
    rows.set(index, { byStart, unit: timeUnitOf(unit) });
  }
  return rows;
}

function refuseErrors(errors: unknown): void {
  if (errors === undefined || errors === null || errors === '') return;
  const message = `Datadog answered: ${oneLine(JSON.stringify(errors))}`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

function timeUnitOf(
  unit: NonNullable<TimeseriesAnswer['data']>['attributes']['series'][number]['unit'],
): string | null {
  const [primary] = unit ?? [];
  return primary?.family === 'time' ? (primary.name ?? null) : null;
}

/** The description says seconds and shows milliseconds; which it is can be seen from its size. */
function toMs(time: number): number {
  return time < 100_000_000_000 ? time * 1_000 : time;
}

function broken(why: string): Failed {
  const message = `Datadog answered with numbers that cannot be read: ${why}`;
  return new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}
