import type { Dice } from './dice.ts';
import type { Noise } from './world.ts';

/** A value that wanders around 0 and forgets where it was after some seconds (an Ornstein-Uhlenbeck process). */
export type Wander = { next(): number };

export function wander(dice: Dice, noise: Noise, stepSeconds: number): Wander {
  if (noise.sd === 0) return { next: () => 0 };
  const kept = Math.exp(-stepSeconds / noise.seconds);
  const fresh = Math.sqrt(1 - kept * kept);
  let value = dice.normal();
  return {
    next() {
      value = kept * value + fresh * dice.normal();
      return noise.sd * value;
    },
  };
}
