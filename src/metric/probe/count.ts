import type { Stretch } from '../../core/analysis/look.ts';
import type { Timed } from '../../http/time-request.ts';
import { USUAL_LIMITS_MS } from '../buckets.ts';
import type { Labels } from '../label.ts';

type Counted = {
  readonly latencyLimitsMs: readonly number[];
  readonly canary: Stretch;
  readonly stable: Stretch;
  readonly gaps: readonly string[];
};

/**
 * Whose each answer is. What does not say so is nobody's: it is neither an error of the one nor a success of the other.
 * Only where one version has all the traffic, an error that somebody before it answers with is an error of its own.
 */
export function countedOf(
  answers: readonly (Timed | null)[],
  labels: Labels,
  errorsFrom: number,
  isAlone = false,
): Counted {
  const heard = answers.flatMap((answer) => answer ?? []);
  const fresh = heard.filter(({ isCached }) => !isCached);
  const of = (label: string | null) => fresh.filter(({ said }) => said !== null && said === label);
  const silent = fresh.filter(({ said }) => said === null);
  const before = isAlone ? silent.filter(({ status }) => status >= errorsFrom) : [];
  const canary = [...of(labels.canary), ...before];
  const stable = of(labels.stable);
  const unnamed = silent.length - before.length;
  const others = fresh.length - unnamed - canary.length - stable.length;
  const all = answers.length;
  return {
    latencyLimitsMs: USUAL_LIMITS_MS,
    canary: stretchOf(canary, errorsFrom),
    stable: stretchOf(stable, errorsFrom),
    gaps: [
      ...gap(all - heard.length, all, 'got no answer in time'),
      ...gap(unnamed, all, 'got an answer that does not say which version it is from'),
      ...gap(heard.length - fresh.length, all, 'were answered from the memory of something in between'),
      ...gap(others, all, 'got an answer of another version'),
    ],
  };
}

function gap(count: number, all: number, what: string): string[] {
  return count === 0 ? [] : [`${count} of ${all} requests ${what}`];
}

function stretchOf(answers: readonly Timed[], errorsFrom: number): Stretch {
  const bucketOf = ({ tookMs }: Timed) => {
    const index = USUAL_LIMITS_MS.findIndex((limitMs) => tookMs <= limitMs);
    return index === -1 ? USUAL_LIMITS_MS.length : index;
  };
  const latency = Array.from(
    { length: USUAL_LIMITS_MS.length + 1 },
    (_, index) => answers.filter((answer) => bucketOf(answer) === index).length,
  );
  return {
    requests: answers.length,
    errors: answers.filter(({ status }) => status >= errorsFrom).length,
    latency,
    latencyP95Ms: null,
    cpuPercent: null,
    memoryPercent: null,
    restarts: null,
    business: {},
    pods: 1,
  };
}
