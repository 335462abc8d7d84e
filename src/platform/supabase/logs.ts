import { Failed } from '../../core/failure.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { LogLine, LogQuery } from '../platform.ts';
import { type EdgeFunction, LogAnswer, LogRow } from './schema.ts';
import { partsOf } from './standing.ts';

const DAY_MS = 24 * 60 * 60_000;
const ROWS_MAX = 1_000;
const severity = { info: 0, warn: 1, error: 2 } as const;

/**
 * What a function wrote in the last 24 hours at most, which is as far back as one question may go. Nothing that people
 * type gets into the SQL: what they look for is looked for among what comes.
 */
export async function readLogs(
  http: Http,
  ref: string,
  edge: EdgeFunction,
  query: LogQuery,
  nowMs: number,
): Promise<LogLine[]> {
  if (!/^[0-9a-f-]{36}$/i.test(edge.id)) {
    throw new Failed({
      code: 'misunderstood',
      message: 'the function has no id that is one',
      retryAfterMs: null,
    });
  }
  const sql = [
    'select function_logs.timestamp, event_message, m.level as level, m.version as version',
    'from function_logs cross join unnest(metadata) as m',
    `where m.function_id = '${edge.id}' order by timestamp desc limit ${ROWS_MAX}`,
  ].join(' ');
  const { result, error } = await http.get(
    path`/v1/projects/${ref}/analytics/endpoints/logs.all`,
    LogAnswer,
    {
      sql,
      iso_timestamp_start: new Date(Math.max(query.sinceMs, nowMs - DAY_MS)).toISOString(),
      iso_timestamp_end: new Date(nowMs).toISOString(),
    },
  );
  if (error !== undefined && error !== null) {
    const said = (typeof error === 'string' ? error : error.message)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .slice(0, 200);
    throw new Failed({
      code: 'rejected',
      message: `Supabase did not give its logs: ${said}`,
      retryAfterMs: null,
    });
  }
  return selectRows(result ?? [], query);
}

/** Oldest first. A level asks for that one and everything worse; what says nothing of its level counts as `info`. */
export function selectRows(rows: readonly unknown[], query: LogQuery): LogLine[] {
  const wanted = query.releaseId === null ? null : partsOf(query.releaseId);
  const least = severity[query.level ?? 'info'];
  const words = query.contains?.toLowerCase() ?? '';
  const lines = rows
    .map((row) => LogRow.safeParse(row))
    .flatMap(({ data }) => (data === undefined ? [] : [data]))
    .filter(({ version }) => wanted === null || String(version) === String(wanted.version))
    .map(
      ({ timestamp, event_message, level, version }): LogLine => ({
        atMs: Math.round(timestamp / 1_000),
        level: levelOf(level),
        version: version === null || version === undefined ? '' : `#${version}`,
        text: event_message.replace(/\s+/g, ' ').trim(),
      }),
    )
    .filter((line) => line.atMs >= query.sinceMs && severity[line.level ?? 'info'] >= least)
    .filter(({ text }) => text.toLowerCase().includes(words));
  return query.linesMax === 0 ? [] : lines.toSorted((a, b) => a.atMs - b.atMs).slice(-query.linesMax);
}

function levelOf(word: string | null | undefined): LogLine['level'] {
  switch (word?.toLowerCase()) {
    case 'error':
      return 'error';
    case 'warning':
    case 'warn':
      return 'warn';
    case 'info':
    case 'log':
    case 'debug':
      return 'info';
    default:
      return null;
  }
}
