import type { Capabilities, TrafficControl } from '../capability.ts';

/** The shares before 100 that a place can really give, and what people are told where they asked for others. */
export type Reachable = { readonly percents: readonly number[]; readonly say: string | null };

/** Pure: the same wishes over the same place give the same stops. */
export function reachable(traffic: Capabilities['traffic'], wanted: readonly number[]): Reachable {
  if (!traffic.can) return { percents: [], say: null };
  const percents = stopsOf(traffic.how, wanted);
  const isAsWanted = percents.length === wanted.length && percents.every((each, at) => each === wanted[at]);
  return { percents, say: isAsWanted ? null : `${sayInstead(wanted, percents)}, ${why(traffic.how)}` };
}

function stopsOf(how: TrafficControl, wanted: readonly number[]): readonly number[] {
  switch (how.kind) {
    case 'flip':
      return [];
    case 'stages':
      return how.percents.filter((percent) => percent > 0 && percent < 100);
    case 'weights': {
      const stepped = wanted.map((percent) => nearest(percent, how.stepPercent));
      return [...new Set(stepped)].filter((percent) => percent > 0 && percent < 100);
    }
  }
}

/** Rounded to what there is, and never down to nothing: a stop that was asked for is a stop. */
function nearest(percent: number, stepPercent: number): number {
  const steps = Math.max(1, Math.round(percent / stepPercent));
  return Math.round(steps * stepPercent * 100) / 100;
}

function sayInstead(wanted: readonly number[], percents: readonly number[]): string {
  const now =
    percents.length === 0 ? 'all of the traffic goes over at once' : `it stops at ${list(percents)}`;
  return wanted.length === 0 ? now : `${now} instead of ${list(wanted)}`;
}

function list(percents: readonly number[]): string {
  return `${percents.join(', ')} %`;
}

function why(how: TrafficControl): string {
  switch (how.kind) {
    case 'flip':
      return 'because traffic can only be switched as a whole there';
    case 'stages':
      return 'because the platform has stages of its own';
    case 'weights':
      return `because traffic can be shared in steps of ${how.stepPercent} % there`;
  }
}
