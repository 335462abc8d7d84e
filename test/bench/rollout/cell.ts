import type { Fault, World } from './simulator/world.ts';
import { Situation } from './simulator/world.ts';

/** One world, and one way of rolling one version out in it. */
export type Cell = {
  /** Cells that are told of together. */
  readonly group: string;
  readonly world: World;
  readonly situation: Situation;
};

/** How a version is rolled out, whatever is wrong with it. */
export type Way = {
  readonly name: string;
  readonly stages: Situation['stages'];
  readonly lookEverySeconds: number;
};

export const canary: Situation['stages'] = [
  { trafficPercent: 5, seconds: 300 },
  { trafficPercent: 25, seconds: 300 },
  { trafficPercent: 50, seconds: 300 },
  { trafficPercent: 100, seconds: 600 },
];

export const usualWay: Way = { name: 'canary', stages: canary, lookEverySeconds: 5 };

export function cellOf(group: string, world: World, way: Way, fault: Fault | null = null): Cell {
  return { group, world, situation: Situation.parse({ ...way, fault }) };
}

/** What a cell is called; its seeds hang on it. */
export function keyOf({ world, situation }: Cell): string {
  const { traffic, errors } = world;
  return [
    world.name,
    `${traffic.requestsPerSecond}/s`,
    `${errors.percent} %`,
    situation.name,
    situation.fault?.name ?? 'healthy',
  ].join(', ');
}
