import { Failed } from '../../core/failure.ts';
import type { VigilSource } from '../../core/vigil.ts';
import type { WatchedSource } from '../../core/watch.ts';
import type { Asked, Judged, MetricSource, Reading, Readings } from '../../metric/metric.ts';
import type { EngineParts } from '../parts.ts';
import { added, together } from '../perform/watch/sums.ts';
import { compared, numbersIn, QUIET_MS, type Told } from './compare.ts';

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
  if (found.read === undefined) return askVerdict(found, { ...asked, query }, before);
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

/** One that judges for itself. What it said already when it was first asked is no news. */
async function askVerdict(source: MetricSource, asked: Asked, before: VigilSource): Promise<Told> {
  const judged = await source.verdict?.(asked, before.cursor).catch(unanswered(before.cursor));
  if (judged === undefined) {
    return { source: { ...before, missing: `${source.name} has nothing to say about it` }, worse: [] };
  }
  const { cursor = null, ...verdict } = judged;
  const isKnown = verdict.kind !== 'unknown';
  const wasBad = before.verdict === null || before.verdict.kind === 'fail';
  const isQuiet = before.saidAtMs !== null && asked.nowMs - before.saidAtMs < QUIET_MS;
  const isWorse = verdict.kind === 'fail' && !wasBad && !isQuiet;
  return {
    source: {
      ...before,
      cursor,
      // What is not known just now does not make what was known before news again.
      verdict: isKnown ? verdict : before.verdict,
      readAtMs: isKnown ? asked.nowMs : before.readAtMs,
      missing: isKnown ? null : verdict.because,
      saidAtMs: isWorse ? asked.nowMs : before.saidAtMs,
    },
    worse: isWorse ? [`${source.name} says: ${verdict.because}`] : [],
  };
}

function unanswered(cursor: Readings['cursor']) {
  return (error: unknown): Judged => {
    if (error instanceof Failed) return { kind: 'unknown', because: error.failure.message, cursor };
    throw error;
  };
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
