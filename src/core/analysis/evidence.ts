import { z } from 'zod';

/**
 * Evidence that something is worse, as an e-value: were the versions equal, it would reach x at any time with a chance of
 * at most 1/x, however often one looks (Ville's inequality). One sum for each alternative that is considered.
 */
export const Evidence = z.object({ sums: z.array(z.number()), value: z.number() });
export type Evidence = z.infer<typeof Evidence>;

export function noEvidence(alternatives: number): Evidence {
  return { sums: new Array<number>(alternatives).fill(0), value: 1 };
}

/** What one look brings, apart from its likelihood ratios. */
export type Weighing = {
  /** How much of all belief that something begins at some time is placed on its beginning with this look. */
  readonly onset: number;
  /** Belief that is placed on nothing yet. */
  readonly unused: number;
  /** One look may add at most so much, on the scale of the natural logarithm: no instant decides alone. */
  readonly cap: number;
  /** The first so many alternatives are different, but tolerable. */
  readonly tolerable: number;
  /** Whether what is tolerable must be ruled out before anything counts as harmful. */
  readonly isGated: boolean;
  /** Whether what is tolerable is ruled out by other means; asked only where this evidence does not. */
  readonly isSure?: (() => boolean) | undefined;
};

/** Harmful must be this much more likely than tolerable, before "different" counts as "worse". */
const GATE = 4;

/**
 * Adds one look. For every alternative, the sum over all possible beginnings of (belief in the beginning) x (likelihood
 * ratio since then): a Shiryaev-Roberts sum with a proper prior, after Shin, Ramdas and Rinaldo, "E-detectors" (2023).
 * Ratios are divided by how much noisier the service is than independent requests would be.
 */
export function accumulate(
  { sums }: Evidence,
  ratios: Float64Array,
  divisors: Float64Array,
  weights: Float64Array,
  { onset, unused, cap, tolerable, isGated, isSure }: Weighing,
): Evidence {
  const count = sums.length;
  const next = new Array<number>(count);
  let most = 0;
  let harmful = 0;
  let weight = 0;
  for (let j = tolerable; j < count; j += 1) {
    const ratio = (ratios[j] as number) / (divisors[j] as number);
    if (ratio > most) most = ratio;
    const sum = grown((sums[j] as number) + onset, Math.min(ratio, cap));
    next[j] = sum;
    harmful += sum * (weights[j] as number);
    weight += weights[j] as number;
  }
  // What the cap takes from the harmful it takes from the tolerable too, or these would seem the likelier in the end.
  const cut = Math.max(0, most - cap);
  let harmless = 0;
  for (let j = 0; j < tolerable; j += 1) {
    const sum = grown((sums[j] as number) + onset, (ratios[j] as number) / (divisors[j] as number) - cut);
    next[j] = sum;
    harmless += sum / tolerable;
  }
  const mean = harmful / weight;
  const value = mean + unused;
  const isHeldBack = isGated && value > 1 && mean < GATE * harmless && isSure?.() !== true;
  return { sums: next, value: isHeldBack ? 1 : value };
}

/** Certain is certain; numbers stay finite. */
const HUGE = 1e200;

function grown(sum: number, ratio: number): number {
  return Math.min(HUGE, sum * Math.exp(ratio));
}
