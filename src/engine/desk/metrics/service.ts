import { answer, type Chart, type Part, type Reply } from '../../../core/answer.ts';
import { serviceNamed } from '../../../core/catalog.ts';
import type { MetricsQuestion } from '../../../core/desk.ts';
import { Failed } from '../../../core/failure.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { duration, type Text, time } from '../../../core/text.ts';
import { asOne, type Sample } from '../../../store/sample.ts';
import { findPlace, type Place } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { type Buckets, bucketsFor, labelsOf, type Point, pointOf, pointsOf } from './buckets.ts';
import { markersOf } from './markers.ts';
import { typed } from './typed.ts';

/** Charts of what was measured of one service in one environment, with the deployments beneath. */
export async function serviceMetrics(visiting: Visiting, question: MetricsQuestion): Promise<Reply> {
  const place = placeOf(visiting, question);
  if (isRefusal(place)) return place;
  const { store, patience } = visiting.parts;
  const nowMs = await store.nowMs();
  const buckets = bucketsFor(question.rangeMs, nowMs);
  const fromMs = buckets.startsMs[0] ?? nowMs;
  const [samples, markers] = await Promise.all([
    store.samples.read(place.id, fromMs, nowMs),
    markersOf(store, place, fromMs),
  ]);
  const whole = asOne(samples);
  if (whole === null) return nothing(place, question);
  const points = pointsOf(samples, buckets);
  const sentence = sayWhole(place, question, whole);
  const isOld = nowMs - whole.toMs > 3 * patience.sampleEveryMs;
  const parts: Part[] = [
    { kind: 'text', text: [sentence] },
    ...chartsOf(question, points, buckets),
    ...markers,
    tableOf(place, points, buckets),
    { kind: 'note', text: footOf(buckets, points, isOld ? whole : null) },
  ];
  return answer(sentence, parts, {
    title: `${place.service.name} in ${place.environment.name}, last ${duration(question.rangeMs)}`,
    isShareable: true,
    offers: offersOf(question, place),
  });
}

function placeOf(visiting: Visiting, question: MetricsQuestion): Place | Refusal {
  const name = question.service ?? '';
  const targets = serviceNamed(visiting.parts.catalog(), name)?.targets ?? [];
  const [only, ...others] = targets;
  if (question.environment === null && others.length > 0) {
    return refuse('bad-arguments', [`${name} runs in more than one environment.`], {
      next: ['Say which one.'],
      offers: targets.slice(0, 3).map(({ environment }) => typed({ ...question, environment }, environment)),
    });
  }
  return findPlace(visiting, {
    permission: 'look',
    service: name,
    environment: question.environment ?? only?.environment ?? '',
    offer: (service, environment) =>
      typed({ ...question, service, environment: environment === '' ? null : environment }, service),
  });
}

/** Nothing measured is not nothing happened, and there is a reason for it. */
async function nothing({ id, site, target }: Place, question: MetricsQuestion): Promise<Reply> {
  const range = duration(question.rangeMs);
  const because = await site.capabilities().then(
    ({ metrics }) => (metrics.can ? null : metrics.say),
    (error: unknown) => {
      if (error instanceof Failed) return `${target.platform} cannot be asked why: ${error.failure.message}`;
      throw error;
    },
  );
  const sentence = `Nothing was measured of ${id} in the last ${range}. That is not known to be zero.`;
  const why: Text = [
    because ??
      'Counters are read while Slipway runs, and it takes two readings to know what happened in between.',
  ];
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      { kind: 'note', text: why },
    ],
    { title: `${id}: nothing measured`, isShareable: true },
  );
}

function sayWhole({ id }: Place, { rangeMs }: MetricsQuestion, whole: Sample): string {
  const { requests, errorPercent, latencyP95Ms } = pointOf(whole.fromMs, whole);
  const measured = `${id} in the last ${duration(rangeMs)}, of which ${duration(whole.measuredMs)} were measured`;
  if (requests === 0) return `${measured}: no requests came in.`;
  return [
    `${measured}: ${requests} requests`,
    errorPercent === null ? '' : `, ${round(errorPercent)} % errors`,
    latencyP95Ms === null ? '' : `, p95 ${round(latencyP95Ms)} ms`,
    '.',
  ].join('');
}

type Metric = NonNullable<MetricsQuestion['metric']>;
type Line = { readonly name: string; readonly of: (point: Point) => number | null };

const drawn: Record<Metric, Pick<Chart, 'title' | 'unit' | 'form'> & { readonly lines: readonly Line[] }> = {
  latency: {
    title: 'Latency',
    unit: 'ms',
    form: 'line',
    lines: [
      { name: 'p50', of: ({ latencyP50Ms }) => latencyP50Ms },
      { name: 'p95', of: ({ latencyP95Ms }) => latencyP95Ms },
    ],
  },
  errors: {
    title: 'Errors',
    unit: '% of requests',
    form: 'line',
    lines: [{ name: 'errors', of: ({ errorPercent }) => errorPercent }],
  },
  requests: {
    title: 'Requests',
    unit: 'a minute',
    form: 'line',
    lines: [{ name: 'requests', of: ({ requestsPerMinute }) => requestsPerMinute }],
  },
  memory: {
    title: 'Memory of the largest release',
    unit: 'MB',
    form: 'line',
    lines: [{ name: 'memory', of: ({ memoryMb }) => memoryMb }],
  },
};

/** What cannot be drawn because there is no number at all is said. */
function chartsOf({ metric }: MetricsQuestion, points: readonly Point[], buckets: Buckets): Part[] {
  const asked: readonly Metric[] = metric === null ? ['latency', 'errors'] : [metric];
  const categories = labelsOf(buckets);
  return asked.map((each): Part => {
    const { lines, ...chart } = drawn[each];
    const series = lines.map(({ name, of }) => ({ name, points: points.map((point) => rounded(of(point))) }));
    const isEmpty = series.every(({ points: all }) => all.every((value) => value === null));
    const why =
      each === 'memory' ? 'was not measured' : 'has no number: there were no requests that it could be of';
    return isEmpty
      ? { kind: 'text', text: [`${chart.title} ${why}.`] }
      : { kind: 'chart', ...chart, categories, series };
  });
}

function tableOf({ id }: Place, points: readonly Point[], buckets: Buckets): Part {
  const labels = labelsOf(buckets);
  return {
    kind: 'table',
    caption: `Numbers of ${id}; times are UTC`,
    columns: ['From', 'Requests', 'Errors', 'p50', 'p95', 'Memory'],
    rows: points.map((point, index) => [labels[index] ?? '', ...cellsOf(point)]),
  };
}

function cellsOf(point: Point): string[] {
  if (point.measuredMs === 0) return Array.from({ length: 5 }, () => 'not measured');
  const cell = (value: number | null, unit: string, none: string) =>
    value === null ? none : `${round(value)} ${unit}`.trim();
  const none = point.requests === 0 ? 'no requests' : 'not measured';
  return [
    cell(point.requests, '', none),
    cell(point.errorPercent, '%', none),
    cell(point.latencyP50Ms, 'ms', none),
    cell(point.latencyP95Ms, 'ms', none),
    cell(point.memoryMb, 'MB', 'not measured'),
  ];
}

function footOf({ widthMs }: Buckets, points: readonly Point[], old: Sample | null): Text {
  const gaps = points.filter(({ measuredMs }) => measuredMs === 0).length;
  return [
    `Each point is ${duration(widthMs)}, its time in UTC.`,
    gaps === 0
      ? ''
      : ` In ${gaps} of ${points.length} nothing was measured: they are left out and not drawn as zero; “…” stands after them.`,
    ...(old === null ? [] : [' The newest number is of ', time(old.toMs), '.']),
  ];
}

function offersOf(question: MetricsQuestion, { service, environment }: Place) {
  const asked = { ...question, service: service.name, environment: environment.name };
  const others: readonly Metric[] =
    question.metric === null ? ['requests', 'memory'] : (['latency', 'errors'] as const);
  return [
    ...others
      .filter((metric) => metric !== question.metric)
      .map((metric) => typed({ ...asked, metric }, drawn[metric].title)),
    typed({ ...asked, metric: null, isDelivery: true }, 'How deployments go'),
  ];
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(round(value));
}

/** As much as a reader can use: 1234, 12.3, 0.25. */
function round(value: number): string {
  return String(Number(value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)));
}
