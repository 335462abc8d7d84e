import { type Cell, canary, cellOf, usualWay, type Way } from './cell.ts';
import { faultNamed, usualFaults } from './faults.ts';
import { like } from './simulator/like.ts';
import { Fault, type World } from './simulator/world.ts';
import { worldNamed } from './simulator/worlds.ts';

const oftenWay: Way = { ...usualWay, name: 'looks of 2 s', lookEverySeconds: 2 };
const seldomWay: Way = { ...usualWay, name: 'looks of 15 s', lookEverySeconds: 15 };
const holdbackWay: Way = {
  ...usualWay,
  name: 'holdback of 15 %',
  stages: [...canary.slice(0, 3), { trafficPercent: 85, seconds: 600 }],
};
const switchedWay: Way = {
  ...usualWay,
  name: 'blue-green 10 / 50 / 100',
  stages: [
    { trafficPercent: 10, seconds: 120 },
    { trafficPercent: 50, seconds: 120 },
    { trafficPercent: 100, seconds: 600 },
  ],
};

/** A world at some traffic (of all pods together) and some share of errors. */
function at(name: string, requestsPerSecond: number, errorPercent: number): World {
  return like(worldNamed(name), { traffic: { requestsPerSecond }, errors: { percent: errorPercent } });
}

function cell(world: World, way: Way, fault: Fault | null = null): Cell {
  return cellOf(way === usualWay ? world.name : way.name, world, way, fault);
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
