/**
 * What one pod did beyond its part of the whole fleet, look by look, and the variance that chance alone would give it.
 * Everything that is learned about noise is learned from these two series.
 */
export type Scores = { readonly beyond: Float64Array; readonly variance: Float64Array };

/** How wide a series varies in blocks: the sum of squares, what chance would give, and over how many blocks. */
export type Variation = { readonly squares: number; readonly chance: number; readonly blocks: number };

export function variationOf(series: readonly Scores[], looksPerBlock: number): Variation {
  let squares = 0;
  let chance = 0;
  let blocks = 0;
  for (const { beyond, variance } of series) {
    for (let start = 0; start + looksPerBlock <= beyond.length; start += looksPerBlock) {
      const { sum, variance: v } = total(beyond, variance, start, start + looksPerBlock);
      squares += sum * sum;
      chance += v;
      blocks += 1;
    }
  }
  return { squares, chance, blocks };
}

/**
 * Observed variance over that of chance, at least 1, drawn towards what is usual (`prior`, worth `priorBlocks`) when there
 * is little to learn from. `events` bounds what the blocks are worth: empty blocks teach nothing.
 */
export function dispersionOf(
  { squares, chance, blocks }: Variation,
  prior: number,
  priorBlocks: number,
  events = Number.POSITIVE_INFINITY,
): number {
  const weight = Math.min(blocks, events);
  const seen = chance > 0 ? squares / chance : prior;
  return Math.max(1, (priorBlocks * prior + weight * seen) / (priorBlocks + weight));
}

/**
 * Variance of what lasts: how much better or worse one pod is than the others all the time, on the scale of the effect.
 * Method of moments over whole histories, drawn towards `prior` (worth five pods), and never below 0.4 of it, because a
 * handful of pods that happen to be alike prove little.
 */
export function podSpreadOf(series: readonly Scores[], dispersion: number, prior: number): number {
  let excess = 0;
  let information = 0;
  let pods = 0;
  for (const { beyond, variance } of series) {
    const { sum, variance: v } = total(beyond, variance, 0, beyond.length);
    if (v <= 0) continue;
    excess += sum * sum - dispersion * v;
    information += v * v;
    pods += 1;
  }
  if (information === 0) return CAUTION * prior;
  const known = Math.min(pods, (Math.sqrt(information / pods) * prior * pods) / dispersion);
  const seen = Math.max(0, excess / information);
  return CAUTION * Math.max(0.4 * prior, (PRIOR_PODS * prior + known * seen) / (PRIOR_PODS + known));
}

const PRIOR_PODS = 5;
/** What few pods say about the spread of all pods is uncertain itself; the next one may be further off. */
const CAUTION = 1.8;

/** How many looks make a block of that length. */
export function blocksOf(ms: number, lookMs: number): number {
  return Math.max(1, Math.round(ms / lookMs));
}

/**
 * Noise wanders, some of it for seconds and some for minutes, and a block that is shorter than its wandering shows too
 * little of it: the worst of three lengths counts.
 */
const BLOCKS_MS = [30_000, 60_000, 120_000];

type Prior = { readonly dispersion: number; readonly blocks: number; readonly events?: number };

/** Noise of the moment, and what lasts in pods; the one without the other, so that nothing is charged twice. */
export function noiseOf(series: readonly Scores[], lookMs: number, prior: Prior, priorSpread: number) {
  const variations = BLOCKS_MS.map((ms) => variationOf(series, blocksOf(ms, lookMs)));
  const whole: number[] = [];
  for (const variation of variations) {
    // There are few long blocks: they are drawn towards what the shorter ones say.
    const [expected, worth] = whole.length === 0 ? [prior.dispersion, prior.blocks] : [whole.at(-1) ?? 1, 40];
    whole.push(dispersionOf(variation, expected, worth, prior.events));
  }
  const podSpread = podSpreadOf(series, Math.max(...whole), priorSpread);
  const moment = variations.map(
    ({ chance, blocks }, i) => (whole[i] ?? 1) - (podSpread * chance) / Math.max(1, blocks),
  );
  return { dispersion: Math.max(1, ...moment), podSpread };
}

/** Standard deviation of the effect from block to block, beyond what counting alone would give. 0.3 when nobody knows. */
export function spreadOverTime({ beyond, variance }: Scores, looksPerBlock: number): number {
  const effects: number[] = [];
  let counting = 0;
  for (let start = 0; start + looksPerBlock <= beyond.length; start += looksPerBlock) {
    const { sum, variance: v } = total(beyond, variance, start, start + looksPerBlock);
    if (v <= 0) continue;
    effects.push(sum / v);
    counting += 1 / v;
  }
  if (effects.length < 3) return 0.3;
  const squares = effects.reduce((sum, effect) => sum + effect * effect, 0);
  return Math.sqrt(Math.max(0, (squares - counting) / effects.length));
}

function total(beyond: Float64Array, variance: Float64Array, from: number, to: number) {
  let sum = 0;
  let v = 0;
  for (let i = from; i < to; i += 1) {
    sum += beyond[i] ?? 0;
    v += variance[i] ?? 0;
  }
  return { sum, variance: v };
}
