import type { Chart } from './answer.ts';
import type { Deployment } from './deployment.ts';
import type { PlannedTarget } from './plan.ts';

/** As many as a chart shows. */
const SHOWN_MAX = 20;

/**
 * Both versions while they were watched, for the report of what was taken back: the latency where that decided it,
 * otherwise the errors. Null where there is nothing to draw.
 */
export function watchChart(deployment: Deployment, target: PlannedTarget): Chart | null {
  const all = deployment.evidence.get(target.id)?.points ?? [];
  const every = Math.ceil(all.length / SHOWN_MAX);
  // Counted from the end: what decided it is always among them.
  const points = all.filter((_, index) => (all.length - 1 - index) % Math.max(1, every) === 0);
  const first = points[0];
  if (first === undefined || points.length < 2) return null;
  const isSlow = decidedBy(deployment, target.id).includes('latency');
  const name = target.version.name;
  const old = target.before?.version.name ?? null;
  const canary = points.map((point) => (isSlow ? point.canaryP95Ms : point.canaryErrorPercent));
  const stable = points.map((point) => (isSlow ? point.stableP95Ms : point.stableErrorPercent));
  return {
    kind: 'chart',
    title: `${target.service} ${name}: ${isSlow ? 'p95' : 'errors'} while watched`,
    form: 'line',
    unit: isSlow ? 'ms' : '%',
    categories: points.map(({ atMs }) => `${Math.round((atMs - first.atMs) / 1_000)} s`),
    series: [
      { name, points: canary },
      ...(old === null || stable.every((value) => value === null) ? [] : [{ name: old, points: stable }]),
    ],
  };
}

/** The measure that was found to be bad; nothing where none was. */
function decidedBy({ plan, steps }: Deployment, target: string): string {
  const judgements = plan.steps.flatMap((step) => {
    const judgement = step.target === target ? steps.get(step.id)?.judgement : null;
    return judgement == null ? [] : [judgement];
  });
  const failing = judgements.flatMap(({ measures }) =>
    measures.filter(({ verdict }) => verdict.kind === 'fail'),
  );
  return failing.toSorted((a, b) => (b.onceIn ?? 0) - (a.onceIn ?? 0))[0]?.measure ?? '';
}
