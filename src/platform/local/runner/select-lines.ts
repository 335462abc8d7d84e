import type { Answer, Ask } from '../protocol.ts';
import type { LogRing } from './log-ring.ts';

const severity = { info: 0, warn: 1, error: 2 } as const;

type Source = {
  readonly arm: { readonly release: string; readonly version: string };
  readonly log: Pick<LogRing, 'lines'>;
};
export type Query = Pick<Ask<'logs'>, 'releaseId' | 'sinceMs' | 'contains' | 'level' | 'linesMax'>;

/**
 * The newest lines that were asked for, oldest first. A level asks for that one and everything worse; lines that say
 * nothing of theirs count as `info`. What is searched is what is shown: redacted.
 */
export function selectLines(sources: readonly Source[], query: Query): Answer<'logs'>['lines'] {
  const words = query.contains?.toLowerCase() ?? '';
  const least = severity[query.level ?? 'info'];
  const lines = sources
    .filter(({ arm }) => query.releaseId === null || arm.release === query.releaseId)
    .flatMap(({ arm, log }) => log.lines().map((line) => ({ ...line, version: arm.version })))
    .filter(({ atMs }) => atMs >= query.sinceMs)
    .filter(({ level }) => severity[level ?? 'info'] >= least)
    .filter(({ text }) => text.toLowerCase().includes(words));
  return query.linesMax === 0 ? [] : lines.toSorted((a, b) => a.atMs - b.atMs).slice(-query.linesMax);
}
