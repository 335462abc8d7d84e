import { calibrate } from '../../core/analysis/calibrate.ts';
import { falseAlarmsOf } from '../../core/analysis/plain-rule.ts';
import type { Limit } from '../../core/analysis/settings.ts';
import type { Part } from '../../core/answer.ts';
import type { Plan, PlannedTarget, Step } from '../../core/plan.ts';
import type { EngineParts } from '../parts.ts';
import { historyOf } from '../perform/watch/history.ts';

const HISTORY_MS = 30 * 60_000;
/** From less than this nobody knows what traffic is usual. */
const HISTORY_MIN_MS = 5 * 60_000;
/** What happens less often is not worth a line. */
const PERCENT_MIN = 1;

/**
 * How often the limits that somebody wrote would take back a healthy version if they were plain thresholds, at the
 * traffic of the last half hour. It is said beside a plan and is no part of it: it changes with every minute.
 */
export async function plainRuleNotes(parts: EngineParts, plan: Plan): Promise<Part[]> {
  const notes = await Promise.all(plan.targets.map((target) => noteFor(parts, plan, target)));
  return notes.flatMap((note): Part[] => (note === null ? [] : [{ kind: 'note', text: [note] }]));
}

async function noteFor({ store }: EngineParts, plan: Plan, target: PlannedTarget): Promise<string | null> {
  const watched = plan.steps.find(
    (step): step is Extract<Step, { kind: 'observe' }> =>
      step.kind === 'observe' && step.target === target.id,
  );
  const watch = watched?.watch;
  if (watched === undefined || watch === undefined || watch.judge.limits.length === 0) return null;
  const nowMs = await store.nowMs();
  const history = historyOf(await store.samples.read(target.id, nowMs - HISTORY_MS, nowMs));
  const looks = history?.looks ?? [];
  const ms = looks.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const requests = looks.reduce((sum, { fleet }) => sum + fleet.requests, 0);
  if (history === null || ms < HISTORY_MIN_MS || requests === 0) return null;
  const errors = looks.reduce((sum, { fleet }) => sum + fleet.errors, 0);
  const trafficPercent = watch.judge.stages[0]?.trafficPercent ?? 100;
  const alarms = falseAlarmsOf(watch.judge.limits, {
    requestsPerSecond: ((requests / ms) * 1_000 * trafficPercent) / 100,
    trafficPercent,
    errorPercent: (100 * errors) / requests,
    latency: calibrate(watch.judge, history).latency,
    lookEveryMs: watch.judge.lookEveryMs,
    durationMs: watched.durationMs,
  }).flatMap(({ limit, percent }) =>
    percent === null || percent < PERCENT_MIN ? [] : [say(limit, percent)],
  );
  if (alarms.length === 0) return null;
  return `${target.id}: as plain thresholds these limits would take a healthy version back at the first share alone: ${alarms.join(', ')}. They are judged with statistics instead.`;
}

const names = { errors: 'errors', 'latency-p95': 'p95', cpu: 'CPU', memory: 'memory' } as const;
const units = { errors: '%', 'latency-p95': 'ms', cpu: '%', memory: '%' } as const;

function say({ measure, against, max }: Limit, percent: number): string {
  const unit = against === 'absolute' ? units[measure] : measure === 'errors' ? 'points' : '%';
  const limit = `${names[measure]} ${against === 'absolute' ? '≤' : '+'} ${max} ${unit}`;
  return `${limit} in ${percent < 10 ? percent.toFixed(1) : percent.toFixed(0)} % of rollouts`;
}
