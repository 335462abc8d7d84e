import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { type Found, SeriesBook } from './series.ts';

/** One copy of a service: what it has counted, and how it is scraped. */
export type Pod = {
  readonly labels: Readonly<Record<string, string>>;
  ok: number;
  failed: number;
  /** Of all of them, those that took longer than 100 ms. */
  slow: number;
  /** Numbers that it shows instead of what it counted. */
  lies: { readonly ok?: number; readonly failed?: number; readonly limits?: readonly string[] };
  isScraped: boolean;
};

export type PrometheusStandIn = Omit<StandIn, 'url'> & {
  readonly url: string;
  readonly pods: Pod[];
  /** What it warns of in every answer. */
  warnings: string[];
  rules: unknown[];
  addPod(labels: Readonly<Record<string, string>>): Pod;
  /** Reads every pod that is scraped. */
  scrape(atMs: number): void;
};

export async function openPrometheus(): Promise<PrometheusStandIn> {
  const book = new SeriesBook();
  const pods: Pod[] = [];
  const state = { warnings: [] as string[], rules: [] as unknown[] };
  const standIn = await openStandIn({
    spec: 'prometheus-http-api.yaml',
    basePath: '/api/v1',
    handle: (call) => answer(book, state, call),
  });
  return Object.assign(state, {
    ...standIn,
    url: standIn.url.replace(/\/api\/v1$/, ''),
    pods,
    addPod(labels: Pod['labels']) {
      const pod = { labels, ok: 0, failed: 0, slow: 0, lies: {}, isScraped: true };
      pods.push(pod);
      return pod;
    },
    scrape(atMs: number) {
      for (const pod of pods) if (pod.isScraped) book.scrape(atMs, pod.labels, shownBy(pod));
    },
  });
}

function shownBy({ lies, slow, ...pod }: Pod) {
  const ok = lies.ok ?? pod.ok;
  const failed = lies.failed ?? pod.failed;
  const all = pod.ok + pod.failed;
  const [fast = '0.1', most = '1'] = lies.limits ?? [];
  const bucket = (le: string, value: number) => ({
    labels: { __name__: 'http_request_duration_seconds_bucket', service: 'shop', le },
    value,
  });
  const requests = (code: string, value: number) => ({
    labels: { __name__: 'http_requests_total', service: 'shop', code },
    value,
  });
  return [
    requests('200', ok),
    ...(failed === 0 ? [] : [requests('503', failed)]),
    bucket(fast, all - slow),
    bucket(most, all),
    bucket('+Inf', all),
  ];
}

type State = { readonly warnings: readonly string[]; readonly rules: readonly unknown[] };

function answer(book: SeriesBook, { warnings, rules }: State, { method, path, raw }: Call): Answer {
  const warned = warnings.length === 0 ? {} : { warnings };
  if (method === 'GET' && path === '/rules') {
    return { status: 200, json: { status: 'success', data: { groups: rules }, ...warned } };
  }
  const form = new URLSearchParams(raw.toString('utf8'));
  const question = form.get('query') ?? '';
  if (method === 'POST' && path === '/query') {
    const time = Number(form.get('time'));
    const found = book.ask(question, time * 1_000);
    if (found === null) return notUnderstood(question);
    return { status: 200, json: { status: 'success', data: vector(found, time), ...warned } };
  }
  if (method === 'POST' && path === '/query_range') {
    const matrix = overTime(book, question, form);
    if (matrix === null) return notUnderstood(question);
    return { status: 200, json: { status: 'success', data: matrix, ...warned } };
  }
  throw new Error(`nobody asks ${method} ${path}`);
}

function notUnderstood(question: string): Answer {
  const error = `invalid parameter "query": parse error: ${question.slice(0, 40)}`;
  return { status: 400, json: { status: 'error', errorType: 'bad_data', error } };
}

function vector(found: Found, time: number) {
  const result = found.map(({ labels, value }) => ({ metric: labels, value: [time, written(value)] }));
  return { resultType: 'vector', result };
}

function overTime(book: SeriesBook, question: string, form: URLSearchParams) {
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
  if (start === undefined || end === undefined || !step) throw new Error('a range without a beginning');
  const series = new Map<string, { metric: unknown; values: [number, string][] }>();
  for (let time = start; time <= end; time += step) {
    const found = book.ask(question, time * 1_000);
    if (found === null) return null;
    for (const { labels, value } of found) {
      const key = JSON.stringify(labels);
      const one = series.get(key) ?? { metric: labels, values: [] };
      one.values.push([time, written(value)]);
      series.set(key, one);
    }
  }
  return { resultType: 'matrix', result: [...series.values()] };
}

function written(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : '+Inf';
}
