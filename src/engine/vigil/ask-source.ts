import { Failed } from '../../core/failure.ts';
import type { VigilSource } from '../../core/vigil.ts';
import type { WatchedSource } from '../../core/watch.ts';
import type { Asked, MetricSource, Reading, Readings } from '../../metric/metric.ts';
import type { EngineParts } from '../parts.ts';
import { added, together } from '../perform/watch/sums.ts';
import { compared, numbersIn, type Told } from './compare.ts';

/** What is called present is one part or two, each of them so long, or as long as nobody was there to look. */
const PART_MS = 150_000;
/** A source that says nothing new for so long, beyond what it is always late, is called silent. */
const SILENT_MS = 90_000;

/** Asks one source what it has counted since the last time. What cannot be read is missing, and never good. */
export async function askSource(
  parts: EngineParts,
  { from, query }: WatchedSource,
  asked: Asked,
  before: VigilSource,
  { sinceMs, acceptablePoints }: { readonly sinceMs: number; readonly acceptablePoints: number },
): Promise<Told> {
  const found = sourceNamed(parts, from);
  if (typeof found === 'string') return { source: { ...before, missing: found }, worse: [] };
  if (found.read === undefined) {
    const missing = `${from} judges for itself, and is not asked while somebody is waited for`;
    return { source: { ...before, missing }, worse: [] };
  }
  const { cursor, stretches, gaps } = await found
    .read({ ...asked, query }, before.cursor)
    .catch(unread(before.cursor));
  const counted = stretches.reduce(withStretch, { ...before, cursor });
  const silentMs = asked.nowMs - (counted.readAtMs ?? sinceMs);
  const isMissing = silentMs > SILENT_MS + (found.lateMs?.(query) ?? 0);
  const missing = isMissing ? (gaps[0] ?? 'nothing new was counted') : null;
  const source = shown({ ...counted, missing });
  return stretches.length === 0
    ? { source, worse: [] }
    : compared(source, stretches, asked, acceptablePoints);
}

function sourceNamed(parts: EngineParts, from: string): MetricSource | string {
  try {
    return parts.metricNamed?.(from) ?? `there is no source of numbers named ${from} in this process`;
  } catch (error) {
    if (error instanceof Failed) return error.failure.message;
    throw error;
  }
}

function unread(cursor: Readings['cursor']) {
  return (error: unknown): Readings => {
    if (error instanceof Failed) return { cursor, stretches: [], gaps: [error.failure.message] };
    throw error;
  };
}

function withStretch(source: VigilSource, reading: Reading): VigilSource {
  const { atMs, durationMs, latencyLimitsMs } = reading;
  const { newer, readAtMs } = source;
  const partMs = newer === null ? 0 : (readAtMs ?? newer.sinceMs) - newer.sinceMs;
  const next = { ...source, readAtMs: atMs, latencyLimitsMs: [...latencyLimitsMs] };
  if (newer !== null && partMs < PART_MS) return { ...next, newer: added(newer, reading, newer.sinceMs) };
  return { ...next, older: newer, newer: added(null, reading, atMs - durationMs) };
}

function shown(source: VigilSource): VigilSource {
  const sums = together(source.older, source.newer);
  return {
    ...source,
    numbers: numbersIn(source, sums, 'canary'),
    numbersBefore: numbersIn(source, sums, 'stable'),
  };
}
