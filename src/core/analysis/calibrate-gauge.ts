import type { Calibration } from './calibration.ts';
import { blocksOf } from './scores.ts';
import type { JudgeSettings } from './settings.ts';

type GaugeNormal = Calibration['cpu'];

/** A number that is read at the end of each look, of the fleet and of some of its pods; null where it was not. */
export type GaugeSeries = {
  readonly fleet: readonly (number | null)[];
  readonly pods: readonly (readonly (number | null)[])[];
  /** How many pods there are in all. */
  readonly podCount: number;
  readonly lookMs: number;
};

/** How a kind of number is judged: over which time it is averaged, and how far apart pods are when nobody knows. */
export type GaugeKind = { readonly blockMs: number; readonly sdMin: number; readonly sdUnknown: number };

export const percentGauge: GaugeKind = { blockMs: 30_000, sdMin: 0.5, sdUnknown: 5 };
/** Memory moves slowly, so that in a short stage shorter blocks say as much, and there are enough of them to see it grow. */
export function memoryGauge({ stages, lookEveryMs }: JudgeSettings): GaugeKind {
  const shortestMs = Math.min(...stages.map(({ durationMs }) => durationMs));
  const blockMs = Math.min(percentGauge.blockMs, Math.max(3 * lookEveryMs, shortestMs / 5));
  return { ...percentGauge, blockMs };
}

/** On the scale of the natural logarithm. */
export const latencyGauge: GaugeKind = { blockMs: 15_000, sdMin: 0.03, sdUnknown: 0.15 };

/** How far one pod is from the whole fleet, block by block, and how long it stays there. */
export function calibrateGauge({ fleet, pods, podCount, lookMs }: GaugeSeries, kind: GaugeKind): GaugeNormal {
  const known = fleet.filter((value) => value !== null);
  const level = known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  const apart = pods.map((pod) => blockMeans(pod, fleet, blocksOf(kind.blockMs, lookMs)));
  const squares = apart.flatMap((blocks) => blocks.map((d) => d * d));
  const products = apart.flatMap((blocks) => blocks.slice(1).map((d, i) => d * (blocks[i] ?? 0)));
  if (squares.length < BLOCKS_MIN) return { level, sd: kind.sdUnknown, persistence: 0.8 };
  // Each pod is part of the mean that it is held against: from the others it is further away.
  const others = podCount > 1 ? podCount / (podCount - 1) : 1;
  const variance = others * mean(squares);
  // An autocorrelation that was estimated as extreme would make single blocks count too much, or nothing count at all.
  const persistence =
    variance > 0 ? Math.max(0.2, Math.min(0.93, (others * mean(products)) / variance)) : 0.6;
  return { level, sd: Math.max(kind.sdMin, 1.1 * Math.sqrt(variance)), persistence };
}

const BLOCKS_MIN = 6;

/** Means, over blocks of looks, of how far the pod is from the fleet; a block with a gap is left out. */
function blockMeans(pod: readonly (number | null)[], fleet: readonly (number | null)[], looks: number) {
  const means: number[] = [];
  for (let start = 0; start + looks <= fleet.length; start += looks) {
    let sum = 0;
    for (let i = start; i < start + looks; i += 1) sum += (pod[i] ?? Number.NaN) - (fleet[i] ?? Number.NaN);
    if (!Number.isNaN(sum)) means.push(sum / looks);
  }
  return means;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
