import { type Cell, cellOf, usualWay } from './cell.ts';
import { faultNamed } from './faults.ts';
import { diceFrom } from './simulator/dice.ts';
import { drawWorld } from './simulator/draw-world.ts';

const faults = ['errors +1 pp', 'errors +5 pp', 'latency +50 %', 'errors +5 pp, at the last stage'].map(
  faultNamed,
);
const lookEverySeconds = [2, 5, 5, 10, 15] as const;

/** So many worlds that were drawn by lot, each healthy and with some faults. */
export function drawnCells(count: number, seed: number): Cell[] {
  return Array.from({ length: count }, (_, index) => index + 1000 * seed).flatMap((world) => {
    const dice = diceFrom(world, 'way');
    const often = lookEverySeconds[Math.floor(dice.uniform() * lookEverySeconds.length)] ?? 5;
    const way = { ...usualWay, lookEverySeconds: often };
    return [null, ...faults].map((fault) => cellOf('drawn by lot', drawWorld(world), way, fault));
  });
}
