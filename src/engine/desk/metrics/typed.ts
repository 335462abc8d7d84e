import type { MetricsQuestion } from '../../../core/desk.ts';
import type { Offer } from '../../../core/refusal.ts';

/** The question as somebody would type it. */
export function typed(question: MetricsQuestion, label: string): Offer {
  const words = [
    question.service,
    question.environment === null ? null : `--env ${question.environment}`,
    `--range ${sayRange(question.rangeMs)}`,
    question.metric === null ? null : `--metric ${question.metric}`,
    question.isDelivery ? '--dora' : null,
  ];
  return { label, command: 'deploy-metrics', text: words.filter((word) => word !== null).join(' ') };
}

const MINUTE_MS = 60_000;
const UNITS = [
  ['d', 1_440 * MINUTE_MS],
  ['h', 60 * MINUTE_MS],
] as const;

/** `7d`, `36h`, `90m`. */
function sayRange(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, each]) => ms % each === 0) ?? ['m', MINUTE_MS];
  return `${Math.max(1, Math.round(ms / unitMs))}${unit}`;
}
