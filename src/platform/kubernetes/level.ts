import type { LogLine } from '../platform.ts';

const words: readonly (readonly [LogLine['level'], RegExp])[] = [
  [
    'error',
    /\b(?:level|severity)["']?\s*[=:]\s*["']?(?:error|fatal|critical|panic)|^\W*(?:\S+\s+)?\[?(?:ERROR|FATAL|CRITICAL|PANIC)\b/i,
  ],
  ['warn', /\b(?:level|severity)["']?\s*[=:]\s*["']?warn|^\W*(?:\S+\s+)?\[?WARN(?:ING)?\b/i],
  [
    'info',
    /\b(?:level|severity)["']?\s*[=:]\s*["']?(?:info|debug|trace|notice)|^\W*(?:\S+\s+)?\[?(?:INFO|DEBUG|TRACE)\b/i,
  ],
];

/** Numbers as pino and bunyan write them. */
const NUMBERED = /"level":\s*([1-6]0)\b/;

/** The level that a line names itself: a cluster does not say whether it came from the output or the errors. */
export function levelOf(text: string): LogLine['level'] {
  const head = text.slice(0, 300);
  const numbered = Number(NUMBERED.exec(head)?.[1] ?? 0);
  if (numbered > 0) return numbered >= 50 ? 'error' : numbered === 40 ? 'warn' : 'info';
  return words.find(([, pattern]) => pattern.test(head))?.[0] ?? null;
}
