import type { Calibration } from './calibration.ts';
import { sayMs, sayPercent } from './say.ts';
import type { Limit } from './settings.ts';

/** How a limit that somebody wrote down is judged. */
export type LimitRule = {
  readonly limit: Limit;
  /** `errors at most 0.5 %`. */
  readonly name: string;
  /** A share of requests that is counted, or a number that is read. */
  readonly kind: 'share' | 'gauge';
  /** For a limit of the p95: the first bucket above it; a request that is slower than its lower end is a hit. */
  readonly slowFrom: number;
  readonly limitsMs: readonly number[];
  /** The largest share that keeps it. */
  readonly maxShare: number;
  /** What a number varies by from block to block, and over how long it is averaged. */
  readonly sd: number;
  readonly blockMs: number;
  readonly dispersion: number;
};

const SLOW_SHARE = 0.05;

export function limitRule(limit: Limit, calibration: Calibration, memoryBlockMs: number): LimitRule {
  const { measure, against, max } = limit;
  const limitsMs = calibration.latency?.limitsMs ?? [];
  const hasHistogram = calibration.latency !== null && !isGaugeOnly(calibration);
  const isCountedLatency = measure === 'latency-p95' && against === 'absolute' && hasHistogram;
  const isShare = measure === 'errors' || isCountedLatency;
  const bound = limitsMs.findIndex((limitMs) => limitMs >= max);
  return {
    limit,
    name: limitName(limit),
    kind: isShare ? 'share' : 'gauge',
    // A limit between two bounds is broken for sure where the upper one is; beyond the last nobody can tell.
    slowFrom: isCountedLatency ? (bound < 0 ? limitsMs.length + 1 : bound + 1) : 0,
    limitsMs,
    maxShare: isCountedLatency ? SLOW_SHARE : Math.min(0.95, max / 100),
    ...gaugeNoise(measure, calibration, memoryBlockMs),
    dispersion: isCountedLatency ? (calibration.latency?.overTime ?? 2) : calibration.errors.dispersion,
  };
}

function isGaugeOnly({ measured }: Calibration): boolean {
  return measured.includes('latency-p95') && !measured.includes('latency');
}

function gaugeNoise(
  measure: Limit['measure'],
  { cpu, memory, latencyP95 }: Calibration,
  memoryBlockMs: number,
) {
  if (measure === 'cpu') return { sd: longRun(cpu), blockMs: 30_000 };
  if (measure === 'memory') return { sd: longRun(memory), blockMs: memoryBlockMs };
  return { sd: longRun(latencyP95), blockMs: 15_000 };
}

/** Blocks that hang together are worth fewer independent ones: (1 + r) / (1 - r) of them make one. */
function longRun({ sd, persistence }: Calibration['cpu']): number {
  return sd * Math.sqrt((1 + persistence) / (1 - persistence));
}

/** What people call it. */
export function limitName({ measure, against, max }: Limit): string {
  const what = measure === 'latency-p95' ? 'p95' : measure;
  if (against === 'absolute') {
    return `${what} at most ${measure === 'latency-p95' ? sayMs(max) : sayPercent(max)}`;
  }
  return `${what} at most ${measure === 'latency-p95' ? sayPercent(max) : `${max} points`} over the old version`;
}
