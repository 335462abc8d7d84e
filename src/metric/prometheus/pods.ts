import type { Share } from '../../core/analysis/look.ts';
import type { Side } from '../arm-stretch.ts';
import type { Histogram } from '../limits.ts';
import { numberOf, type Series } from './client.ts';
import type { Frame } from './frame.ts';
import { allOf, areSameMetric, hitsOf, tellingLabels } from './questions.ts';
import type { Query } from './settings.ts';

/** What one pod has counted, before its latency is put into the limits that all of them have. */
export type Pod = {
  readonly requests: number;
  readonly errors: number;
  readonly scrapedMs: number;
  readonly histogram: Histogram | null;
  readonly restarts: number | null;
  readonly beganAtMs: number | null;
  readonly business: Readonly<Record<string, Share>>;
};

export type Pods = { readonly pods: ReadonlyMap<string, Pod>; readonly gaps: readonly string[] };

/** Which of the series are one version's. */
export type IsOwn = (labels: Series['labels']) => boolean;

const MS = { s: 1_000, ms: 1 } as const;

/** The pods of one version in one frame. What a pod does not count leaves it out, and is said. */
export function podsOf(side: Side, query: Query, frame: Frame, isOwn: IsOwn): Pods {
  const own = ownOf(query, isOwn);
  const requests = own(frame.requests);
  const errors = own(frame.errors);
  const scraped = own(frame.scraped);
  const latency = own(frame.more['latency'] ?? []);
  const restarts = byPod(query.pod, frame.more['restarts'] ?? []);
  const started = byPod(query.pod, frame.more['started'] ?? []);
  const pods = new Map<string, Pod>();
  const gaps: string[] = [];
  for (const [name, series] of requests) {
    const failed = errorsOf(query, series, errors.get(name));
    const scrapedS = only(scraped.get(name));
    if (typeof failed === 'string') gaps.push(`${side}: pod ${name} ${failed}`);
    if (typeof failed === 'string' || scrapedS === null) continue;
    const startedS = only(started.get(name));
    pods.set(name, {
      requests: total(series),
      errors: failed,
      scrapedMs: scrapedS * 1_000,
      histogram: histogramOf(latency.get(name), MS[query.latencyUnit]),
      restarts: only(restarts.get(name)),
      beganAtMs: startedS === null ? null : startedS * 1_000,
      business: businessOf(query, frame, own, name),
    });
  }
  return { pods, gaps };
}

type OfPods = ReadonlyMap<string, readonly Series[]>;

function ownOf({ pod }: Query, isOwn: IsOwn): (series: readonly Series[]) => OfPods {
  return (series) =>
    byPod(
      pod,
      series.filter(({ labels }) => isOwn(labels)),
    );
}

/** Where nobody tells copies apart, all of them are one. */
function byPod(label: string, series: readonly Series[]): OfPods {
  const pods = new Map<string, Series[]>();
  for (const each of series) {
    const name = (Object.hasOwn(each.labels, label) && each.labels[label]) || 'all';
    const there = pods.get(name) ?? [];
    there.push(each);
    pods.set(name, there);
  }
  return pods;
}

function total(series: readonly Series[]): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}

/** Null where there is none, or where it cannot be told which it is. */
function only(series: readonly Series[] | undefined): number | null {
  const [first, ...others] = series ?? [];
  return first === undefined || others.length > 0 || !Number.isFinite(first.value) ? null : first.value;
}

/** How many failed, or why that is not known. A counter that is not there is no zero, unless there is reason to say so. */
function errorsOf(
  query: Query,
  requests: readonly Series[],
  errors: readonly Series[] | undefined,
): number | string {
  if (errors !== undefined) return total(errors);
  if (!areSameMetric(query.requests, query.errors)) {
    return query.errorsMayBeAbsent ? 0 : 'has no counter of errors';
  }
  const missing = tellingLabels(query).filter((label) =>
    requests.every(({ labels }) => !Object.hasOwn(labels, label) || labels[label] === ''),
  );
  return missing.length === 0 ? 0 : `counts requests without the label ${missing.join(', ')}`;
}

function histogramOf(series: readonly Series[] | undefined, msPerUnit: number): Histogram | null {
  if (series === undefined) return null;
  return new Map(
    series.map(({ labels, value }) => [numberOf(labels['le'] ?? 'NaN') * msPerUnit, value] as const),
  );
}

function businessOf(
  query: Query,
  { more }: Frame,
  own: (series: readonly Series[]) => OfPods,
  pod: string,
): Record<string, Share> {
  const shares = Object.entries(query.business).flatMap(([name, share]) => {
    const all = own(more[allOf(name)] ?? []).get(pod);
    const hits = own(more[hitsOf(name)] ?? []).get(pod);
    if (all === undefined || (hits === undefined && !areSameMetric(share.hits, share.of))) return [];
    return [[name, { hits: hits === undefined ? 0 : total(hits), of: total(all) }] as const];
  });
  return Object.fromEntries(shares);
}
