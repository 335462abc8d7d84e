import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http } from '../../http/door.ts';
import { oneLine } from '../one-line.ts';

/** Labels and a number; NaN and infinity are what they are. */
export type Series = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** What one question was answered with, by the time that each answer is for; and whatever the server warns of. */
export type Told = {
  readonly at: ReadonlyMap<number, readonly Series[]>;
  readonly warnings: readonly string[];
};

/** https://prometheus.io/docs/prometheus/latest/querying/api/: numbers are text, because JSON knows no NaN. */
const Sample = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());
const answered = <Result extends z.ZodType>(resultType: string, result: Result) =>
  z.object({
    status: z.literal('success'),
    data: z.object({ resultType: z.literal(resultType), result: z.array(result) }),
    warnings: z.array(z.string()).optional(),
  });
const Vector = answered('vector', z.object({ metric: Labels, value: Sample }));
const Matrix = answered('matrix', z.object({ metric: Labels, values: z.array(Sample) }));

/** What every series is worth at one moment. Empty is empty, and not zero. @throws {Failed} */
export async function queryAt(http: Http, query: string, atMs: number): Promise<Told> {
  const { data, warnings = [] } = await ask(http, '/api/v1/query', Vector, { query, time: timeOf(atMs) });
  const series = data.result.map(({ metric, value: [at, text] }) => {
    if (Math.abs(at * 1_000 - atMs) > 1_000) throw misunderstood('it answers for another time');
    return { labels: metric, value: numberOf(text) };
  });
  return { at: new Map([[atMs, series]]), warnings: warnings.map(oneLine) };
}

/** The same, over and over, each `stepMs`. @throws {Failed} */
export async function queryOver(
  http: Http,
  query: string,
  span: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): Promise<Told> {
  const { data, warnings = [] } = await ask(http, '/api/v1/query_range', Matrix, {
    query,
    start: timeOf(span.fromMs),
    end: timeOf(span.toMs),
    step: String(span.stepMs / 1_000),
  });
  const at = new Map<number, Series[]>();
  for (const { metric, values } of data.result) {
    for (const [seconds, text] of values) {
      const atMs = Math.round(seconds * 1_000);
      const there = at.get(atMs) ?? [];
      there.push({ labels: metric, value: numberOf(text) });
      at.set(atMs, there);
    }
  }
  return { at, warnings: warnings.map(oneLine) };
}

/** Asked as a form, so that no question is too long for an address. It changes nothing. */
async function ask<T>(
  http: Http,
  path: string,
  Answer: z.ZodType<T>,
  fields: Readonly<Record<string, string>>,
): Promise<T> {
  const text = new URLSearchParams(fields).toString();
  const body = { type: 'application/x-www-form-urlencoded', text };
  return (await http.send({ method: 'POST', path, body, isRead: true, Answer })).value;
}

function timeOf(atMs: number): string {
  return (atMs / 1_000).toFixed(3);
}

/** @throws {Failed} `misunderstood` for text that is no number */
export function numberOf(text: string): number {
  if (text === 'NaN') return Number.NaN;
  if (/^[+]?Inf$/.test(text)) return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) throw misunderstood('it answers no number');
  return Number(text);
}

function misunderstood(why: string): Failed {
  return new Failed({ code: 'misunderstood', message: `Prometheus: ${why}`, retryAfterMs: 10_000 });
}
