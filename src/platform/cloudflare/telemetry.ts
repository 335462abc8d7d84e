import { z } from 'zod';
import type { LogLine, LogQuery } from '../platform.ts';

/** The most that one query gives (npm `cloudflare` 7.3.0, `TelemetryQueryParams.limit`). */
const EVENTS_MAX = 2_000;
/** How far back Workers Logs are kept on any plan. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

const Event = z.object({
  timestamp: z.number(),
  source: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  $metadata: z.object({
    id: z.string().optional(),
    level: z.string().optional(),
    message: z.string().optional(),
    error: z.string().optional(),
  }),
  $workers: z.object({ scriptVersion: z.object({ id: z.string().optional() }).optional() }).optional(),
});
export type TelemetryEvent = z.infer<typeof Event>;

/** `run.status` is `STARTED` while the query goes on: what has been found by then is not all of it. */
export const TelemetryAnswer = z.object({
  run: z.object({ status: z.string() }).optional(),
  events: z.object({ events: z.array(Event).optional() }).optional(),
});

/** The body of `POST …/workers/observability/telemetry/query`, as npm `cloudflare` 7.3.0 types it. */
export function telemetryQuery(worker: string, query: LogQuery, nowMs: number): unknown {
  const filters = [
    { key: '$metadata.service', operation: 'eq', type: 'string', value: worker },
    ...(query.releaseId === null
      ? []
      : [{ key: '$workers.scriptVersion.id', operation: 'eq', type: 'string', value: query.releaseId }]),
  ];
  const needle =
    query.contains === null ? {} : { needle: { value: query.contains, matchCase: false, isRegex: false } };
  return {
    queryId: 'slipway-logs',
    timeframe: { from: Math.max(query.sinceMs, nowMs - KEPT_MS), to: nowMs },
    view: 'events',
    // A level is looked for among what comes, because their words for it are many.
    limit: query.level === null ? Math.min(EVENTS_MAX, Math.max(1, query.linesMax)) : EVENTS_MAX,
    parameters: { datasets: ['cloudflare-workers'], filterCombination: 'and', filters, ...needle },
  };
}

/** Oldest first. A level asks for that one and everything worse; what says nothing of its level counts as `info`. */
export function linesOf(
  events: readonly TelemetryEvent[],
  { linesMax, level, contains }: Pick<LogQuery, 'linesMax' | 'level' | 'contains'>,
  nameOf: (versionId: string | null) => string,
  redact: (text: string) => string,
): LogLine[] {
  const least = severity[level ?? 'info'];
  const words = contains?.toLowerCase() ?? '';
  const lines = events
    .map((event) => ({
      atMs: event.timestamp,
      level: levelOf(event.$metadata.level),
      version: nameOf(event.$workers?.scriptVersion?.id ?? null),
      text: redact(textOf(event)),
    }))
    .filter((line) => severity[line.level ?? 'info'] >= least && line.text.toLowerCase().includes(words));
  return linesMax === 0 ? [] : lines.toSorted((a, b) => a.atMs - b.atMs).slice(-linesMax);
}

const severity = { info: 0, warn: 1, error: 2 } as const;

function textOf({ $metadata, source }: TelemetryEvent): string {
  const text =
    $metadata.error ??
    $metadata.message ??
    (typeof source === 'string' ? source : JSON.stringify(source ?? {}));
  return text.replace(/\s+/g, ' ').trim();
}

function levelOf(word: string | undefined): LogLine['level'] {
  switch (word) {
    case 'error':
    case 'fatal':
      return 'error';
    case 'warn':
    case 'warning':
      return 'warn';
    case 'info':
    case 'log':
    case 'debug':
      return 'info';
    default:
      return null;
  }
}
