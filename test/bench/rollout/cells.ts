import { z } from 'zod';
import type { Cell } from './play.ts';
import { like } from './simulator/like.ts';
import { Fault, Situation, type World } from './simulator/world.ts';
import { worldNamed } from './simulator/worlds.ts';

const canary = [
  { trafficPercent: 5, seconds: 300 },
  { trafficPercent: 25, seconds: 300 },
  { trafficPercent: 50, seconds: 300 },
  { trafficPercent: 100, seconds: 600 },
];
const holdback = [...canary.slice(0, 3), { trafficPercent: 85, seconds: 600 }];
const switched = [
  { trafficPercent: 10, seconds: 120 },
  { trafficPercent: 50, seconds: 120 },
  { trafficPercent: 100, seconds: 600 },
];

export const usualFaults: readonly Fault[] = [
  ...[0.5, 1, 2, 5, 20].map((errorPoints) => ({
    name: `errors +${errorPoints} pp`,
    effect: { errorPoints },
  })),
  ...[10, 20, 30, 50, 100].map((latencyPercent) => ({
    name: `latency +${latencyPercent} %`,
    effect: { latencyPercent },
  })),
  { name: 'tail: 5 % eight times slower', effect: { tailPercent: 5 } },
  { name: 'errors grow by 0.2 pp a minute', effect: { errorPoints: 5 }, when: { rampSeconds: 1500 } },
  {
    name: 'leak: memory +1.2 pp, latency +2 % a minute',
    effect: { memoryPointsPerMinute: 1.2, latencyPercentPerMinute: 2 },
  },
  { name: 'leak: memory +1.2 pp a minute', effect: { memoryPointsPerMinute: 1.2 } },
  { name: 'cpu +20 points', effect: { cpuPoints: 20 } },
  { name: 'restarts, one a pod and minute', effect: { restartsPerPodMinute: 1 } },
  {
    name: 'errors +5 pp, 10 s of every minute',
    effect: { errorPoints: 5 },
    when: { intermittent: { everySeconds: 60, forSeconds: 10 } },
  },
  { name: 'errors +2 pp after 450 s', effect: { errorPoints: 2 }, when: { afterSeconds: 450 } },
  { name: 'errors +2 pp, at the last stage', effect: { errorPoints: 2 }, when: { fromTrafficPercent: 85 } },
  { name: 'errors +5 pp, at the last stage', effect: { errorPoints: 5 }, when: { fromTrafficPercent: 85 } },
  {
    name: 'latency +50 %, at the last stage',
    effect: { latencyPercent: 50 },
    when: { fromTrafficPercent: 85 },
  },
  { name: 'orders -30 %', effect: { businessPercent: 30 } },
].map((fault) => Fault.parse(fault));

export function faultNamed(name: string): Fault {
  const fault = usualFaults.find((each) => each.name === name);
  if (fault !== undefined) return fault;
  throw new Error(
    `There is no fault '${name}': take one of ${usualFaults.map((each) => each.name).join(', ')}.`,
  );
}

/** A world at some traffic (of all pods together) and some share of errors. */
function at(name: string, requestsPerSecond: number, errorPercent: number): World {
  return like(worldNamed(name), { traffic: { requestsPerSecond }, errors: { percent: errorPercent } });
}

type Way = { readonly name: string; readonly stages: Situation['stages']; readonly lookEverySeconds: number };
const usualWay: Way = { name: 'canary', stages: canary, lookEverySeconds: 5 };
const oftenWay: Way = { ...usualWay, name: 'canary, looks of 2 s', lookEverySeconds: 2 };
const seldomWay: Way = { ...usualWay, name: 'canary, looks of 15 s', lookEverySeconds: 15 };
const holdbackWay: Way = { ...usualWay, name: 'holdback of 15 %', stages: holdback };
const switchedWay: Way = { ...usualWay, name: 'blue-green 10 / 50 / 100', stages: switched };

function cell(world: World, way: Way, fault: Fault | null = null): Cell {
  return { world, situation: Situation.parse({ ...way, fault }) };
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

/** Everything that is measured; `isQuick`: what fits into a minute. */
export function cellsFor(isQuick: boolean): Cell[] {
  return isQuick ? quickCells() : [...healthyCells(), ...faultyCells()];
}

/** The cell that the times are promised for: twenty requests a second on the canary. */
export const promised = {
  world: 'messy',
  requestsPerSecond: 400,
  errorPercent: 0.1,
  situation: 'canary',
} as const;

function quickCells(): Cell[] {
  const promisedWorld = at('messy', 400, 0.1);
  return [
    ...[4, 100, 1000].map((rate) => cell(at('messy', rate, 0.5), usualWay)),
    cell(promisedWorld, usualWay),
    cell(at('calm', 400, 0.1), usualWay),
    cell(at('harsh', 400, 0.1), usualWay),
    ...[
      'errors +1 pp',
      'errors +5 pp',
      'latency +20 %',
      'latency +50 %',
      'leak: memory +1.2 pp a minute',
    ].map((name) => cell(promisedWorld, usualWay, faultNamed(name))),
  ];
}

function healthyCells(): Cell[] {
  const rates = [4, 20, 100, 400, 1000];
  const shares = [0.01, 0.1, 0.5, 2];
  const messy = rates.flatMap((rate) => shares.map((share) => cell(at('messy', rate, share), usualWay)));
  const others = [
    'harsh',
    'bimodal',
    'heavy tail',
    'bursty',
    'four pods',
    'pods not told apart',
    'no history',
    'p95 only',
  ];
  return [
    cell(at('messy', 1, 0.5), usualWay),
    ...messy,
    ...rates.map((rate) => cell(at('calm', rate, 0.1), usualWay)),
    ...[0.01, 0.5, 2].map((share) => cell(at('calm', 400, share), usualWay)),
    ...others.flatMap((name) => [
      cell(at(name, 20, 0.5), usualWay),
      cell(at(name, 400, 0.1), usualWay),
      cell(at(name, 400, 2), usualWay),
    ]),
    cell(at('shop', 400, 0.1), usualWay),
    ...[oftenWay, seldomWay, holdbackWay, switchedWay].map((way) => cell(at('messy', 400, 0.1), way)),
  ];
}

function faultyCells(): Cell[] {
  const everyFault = usualFaults.filter((fault) => fault.effect.businessPercent === 0);
  const steps = everyFault.filter((fault) => /^(?:errors \+[\d.]+ pp|latency \+\d+ %)$/.test(fault.name));
  const onePoint = faultNamed('errors +1 pp');
  const atLast = everyFault.filter((fault) => fault.when.fromTrafficPercent > 0);
  const messy = at('messy', 400, 0.1);
  return [
    ...everyFault.map((fault) => cell(messy, usualWay, fault)),
    ...[20, 100, 1000].flatMap((rate) => steps.map((fault) => cell(at('messy', rate, 0.1), usualWay, fault))),
    ...[5, 20].map((points) => cell(at('messy', 4, 0.1), usualWay, faultNamed(`errors +${points} pp`))),
    ...[0.01, 0.5, 2].flatMap((share) =>
      [1, 2, 5].map((points) => cell(at('messy', 400, share), usualWay, faultNamed(`errors +${points} pp`))),
    ),
    ...['calm', 'harsh', 'bimodal', 'heavy tail', 'four pods', 'pods not told apart'].flatMap((name) =>
      [onePoint, faultNamed('latency +20 %'), faultNamed('latency +50 %')].map((fault) =>
        cell(at(name, 400, 0.1), usualWay, fault),
      ),
    ),
    ...[oftenWay, seldomWay, switchedWay].flatMap((way) =>
      [onePoint, faultNamed('latency +50 %')].map((fault) => cell(messy, way, fault)),
    ),
    ...atLast.map((fault) => cell(messy, holdbackWay, fault)),
    cell(at('shop', 400, 0.1), usualWay, faultNamed('orders -30 %')),
    cell(at('p95 only', 400, 0.1), usualWay, faultNamed('latency +50 %')),
    // As bad as may just not be let through: who passes these early was wrong.
    ...[20, 100, 400, 1000].map((rate) => cell(at('messy', rate, 0.1), usualWay, worstAcceptable)),
  ];
}

const worstAcceptable = Fault.parse({ name: 'latency +25 %', effect: { latencyPercent: 25 } });

/** A world of one's own, as `--worlds` reads it: like one of ours, but for what is said. */
const Own = z.strictObject({
  like: z.string().default('messy'),
  world: z.record(z.string(), z.unknown()),
  stages: Situation.shape.stages.default(canary),
  lookEverySeconds: Situation.shape.lookEverySeconds.default(5),
  faults: z.array(Fault).default([...usualFaults]),
});

/** The cells of a file of worlds: each healthy, and with each of its faults. */
export function ownCells(text: string): Cell[] {
  return z
    .array(Own)
    .parse(JSON.parse(text))
    .flatMap((own) => {
      const world = like(worldNamed(own.like), own.world);
      const way = { name: 'own stages', stages: own.stages, lookEverySeconds: own.lookEverySeconds };
      return [null, ...own.faults].map((fault) => cell(world, way, fault));
    });
}
