import { binomial } from './binomial.ts';
import { poisson } from './poisson.ts';

/** Random numbers from a seed: the same seed always throws the same ones. */
export type Dice = {
  /** Between 0 and 1, neither included. */
  uniform(): number;
  /** Mean 0, standard deviation 1. */
  normal(): number;
  /** Mean 1. */
  exponential(): number;
  /** Mean and variance `shape`. */
  gamma(shape: number): number;
  poisson(mean: number): number;
  binomial(tries: number, chance: number): number;
};

/** One stream of random numbers; what has a name of its own does not disturb what has another. */
export function diceFrom(seed: number, name: string): Dice {
  const uniform = small(seed, name);
  let spare: number | null = null;
  function normal(): number {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    // Marsaglia's polar method makes two at once.
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * factor;
      return x * factor;
    }
  }
  return {
    uniform,
    normal,
    exponential: () => -Math.log(uniform()),
    gamma: (shape) => gamma(shape, uniform, normal),
    poisson: (mean) => poisson(mean, uniform),
    binomial: (tries, chance) => binomial(tries, chance, uniform),
  };
}

/** sfc32 of PractRand (Chris Doty-Humphrey), begun from a hash of the seed and the name. */
function small(seed: number, name: string): () => number {
  const next = hashes(seed, name);
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  function bits(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  for (let round = 0; round < 12; round += 1) bits();
  return () => (bits() + 0.5) / 2 ** 32;
}

/** Numbers that look nothing alike even for neighbouring seeds (the finisher of MurmurHash3). */
function hashes(seed: number, name: string): () => number {
  let state = hashOf(`${name} ${seed}`);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) | 0;
  };
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function gamma(shape: number, uniform: () => number, normal: () => number): number {
  if (shape < 1) return gamma(shape + 1, uniform, normal) * uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}
