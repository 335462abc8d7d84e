import { promised } from './cells.ts';
import { faultNamed } from './faults.ts';
import type { Pace } from './pace.ts';
import type { Measured } from './run.ts';
import {
  isHealthy,
  markdown,
  plannedSplitSeconds,
  seconds,
  tallyFrom,
  together,
  withInterval,
  worstOf,
} from './tables.ts';
import type { Tally } from './tally.ts';

/** What is wanted of our judge, what it did, and whether that is enough. Null: was not among what ran. */
type Target = { readonly wanted: string; readonly measured: string; readonly isReached: boolean };

const KEPT = 'Slipway';
const EARLY = 'Slipway, early';

/** The table of what was promised, with a line only for what was measured in this run. */
export function targets(measured: readonly Measured[], pace: Pace | null): string {
  const all = [
    ...[KEPT, EARLY].flatMap((judge) => [falseAlarms(measured, judge)]),
    ...onePoint(measured),
    slower(measured),
    early(measured),
    wrong(measured),
    ...speed(pace),
  ].flatMap((target) => (target === null ? [] : [target]));
  return markdown(
    ['wanted', 'measured', 'reached'],
    all.map(({ wanted, measured: value, isReached }) => [wanted, value, isReached ? 'yes' : '**no**']),
  );
}

function falseAlarms(measured: readonly Measured[], judge: string): Target | null {
  const cells = measured.filter(isHealthy).flatMap((each) => tallyFrom(each, judge));
  const worst = worstOf(cells);
  if (worst === null) return null;
  const above = cells.filter(({ backs }) => backs.hits / backs.of > 0.01);
  const surely = cells.filter(({ backs }) => backs.low > 0.01);
  const all = together(cells.map(({ backs }) => backs));
  const told = `all together ${withInterval(all)}, worst ${withInterval(worst)}; above 1 % in ${above.length} of ${cells.length}, surely in ${surely.length}`;
  return {
    wanted: `${judge}: false alarms over a whole healthy rollout ≤ 1 % in every cell`,
    measured: told,
    isReached: above.length === 0,
  };
}

function onePoint(measured: readonly Measured[]): (Target | null)[] {
  const tally = promisedTally(measured, 'errors +1 pp', KEPT);
  if (tally === null) return [];
  const { delaySeconds, faultErrors, misses } = tally;
  return [
    {
      wanted:
        'errors +1 pp, 20/s on the canary: found within 30 s at the median, 60 s at the 95th percentile',
      measured: `${seconds(delaySeconds.median)} s, ${seconds(delaySeconds.p95)} s, ${misses.hits} of ${misses.of} missed`,
      isReached: delaySeconds.median <= 30 && delaySeconds.p95 <= 60,
    },
    {
      wanted: '… failed requests until then ≤ 14 at the 95th percentile',
      measured: `${faultErrors.median} at the median, ${faultErrors.p95}`,
      isReached: faultErrors.p95 <= 14,
    },
  ];
}

function slower(measured: readonly Measured[]): Target | null {
  const tally = promisedTally(measured, 'latency +50 %', KEPT);
  if (tally === null) return null;
  const { median, p95 } = tally.delaySeconds;
  return {
    wanted: 'latency +50 %, 20/s on the canary: found within 50 s at the median',
    measured: `${seconds(median)} s (95th percentile ${seconds(p95)} s)`,
    isReached: median <= 50,
  };
}

function early(measured: readonly Measured[]): Target | null {
  const cell = measured.find((each) => isHealthy(each) && isPromised(each));
  const [tally] = cell === undefined ? [] : tallyFrom(cell, EARLY);
  if (cell === undefined || tally === undefined) return null;
  const plan = plannedSplitSeconds(cell);
  const { median, p95 } = tally.splitSeconds;
  return {
    wanted: `healthy, 400/s: from 5 to all traffic in a quarter of the plan's ${plan} s at the median`,
    measured: `${seconds(median)} s (95th percentile ${seconds(p95)} s)`,
    isReached: median <= plan / 4,
  };
}

/** Only faults as bad as may not be let through, that are there from the first request on. */
function wrong(measured: readonly Measured[]): Target | null {
  const names = [
    'errors +1 pp',
    'errors +2 pp',
    'errors +5 pp',
    'latency +25 %',
    'latency +30 %',
    'latency +50 %',
  ];
  const tallies = measured
    .filter(({ cell }) => names.includes(cell.situation.fault?.name ?? ''))
    .flatMap((each) => tallyFrom(each, EARLY));
  const worst = tallies
    .map((tally) => tally.wronglyPassed)
    .toSorted((a, b) => b.hits / b.of - a.hits / a.of)[0];
  if (worst === undefined) return null;
  return {
    wanted:
      'stages passed early although errors +1 pp or latency +25 %, or worse, were there: ≤ 1 % in every cell',
    measured: `worst ${withInterval(worst)} of ${tallies.length} cells`,
    isReached: worst.hits / worst.of <= 0.01,
  };
}

function speed(pace: Pace | null): Target[] {
  if (pace === null) return [];
  return [
    {
      wanted: 'at least 300,000 looks a second and core',
      measured: `${Math.round(pace.looksPerSecond).toLocaleString('en')}; with the conclusion and its words ${Math.round(pace.concludedPerSecond).toLocaleString('en')}`,
      isReached: pace.looksPerSecond >= 300_000,
    },
    {
      wanted: 'the state does not grow with the rollout',
      measured: pace.stateBytes.map(({ looks, bytes }) => `${bytes} bytes after ${looks} looks`).join(', '),
      isReached: isBounded(pace.stateBytes.map(({ bytes }) => bytes)),
    },
  ];
}

/** Numbers become longer as text when they have more digits: a tenth is left for that. */
function isBounded(bytes: readonly number[]): boolean {
  const [first = 0] = bytes;
  return Math.max(...bytes) <= 1.1 * first;
}

function promisedTally(measured: readonly Measured[], fault: string, judge: string): Tally | null {
  const wanted = faultNamed(fault).name;
  const cell = measured.find((each) => isPromised(each) && each.cell.situation.fault?.name === wanted);
  return cell === undefined ? null : (tallyFrom(cell, judge)[0] ?? null);
}

function isPromised({ cell: { world, situation } }: Measured): boolean {
  return (
    world.name === promised.world &&
    world.traffic.requestsPerSecond === promised.requestsPerSecond &&
    world.errors.percent === promised.errorPercent &&
    situation.name === promised.situation
  );
}
