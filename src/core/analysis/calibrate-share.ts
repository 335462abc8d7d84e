import type { ShareNormal } from './calibration.ts';
import type { Share } from './look.ts';
import { blocksOf, dispersionOf, noiseOf, type Scores, spreadOverTime, variationOf } from './scores.ts';

/** One counter over the history: the whole fleet, and some pods by themselves, look by look. */
export type ShareSeries = {
  readonly fleet: readonly Share[];
  readonly pods: readonly (readonly Share[])[];
  readonly lookMs: number;
};

/** Hits come in clumps of one and a half or two nearly everywhere (retries, one broken dependency). */
const PRIOR_DISPERSION = 2;
/** So much of it is seen within five seconds. */
const CLUMPING_OF_PRIOR = 0.85;
/** One pod's share of errors differs by 15 % from the next one's. */
const PRIOR_POD_SPREAD = 0.15 ** 2;

/** How often it normally happens, and how much that varies from pod to pod and over time. */
export function calibrateShare({ fleet, pods, lookMs }: ShareSeries): ShareNormal {
  const hits = fleet.reduce((sum, share) => sum + share.hits, 0);
  const of = fleet.reduce((sum, share) => sum + share.of, 0);
  const scores = pods.map((pod) => againstFleet(pod, fleet));
  const events = pods.flat().reduce((sum, share) => sum + share.hits, 0);
  const isTold = pods.length > 0;
  const clumps = isTold ? scores : [againstNeighbours(fleet, blocksOf(60_000, lookMs))];
  const seen = dispersionOf(
    variationOf(clumps, blocksOf(5_000, lookMs)),
    CLUMPING_OF_PRIOR * PRIOR_DISPERSION,
    20,
    isTold ? events : hits,
  );
  const clumping = isTold ? seen : Math.min(CLUMPING_OF_PRIOR * PRIOR_DISPERSION, seen);
  const { dispersion, podSpread } = noiseOf(
    scores,
    lookMs,
    // Where pods cannot be told apart, no more is known of any noise than how errors clump.
    { dispersion: isTold ? PRIOR_DISPERSION : clumping / CLUMPING_OF_PRIOR, blocks: 20, events },
    PRIOR_POD_SPREAD,
  );

  const overTime = againstItself(fleet, usualShare({ hits, of }));
  return {
    hits,
    of,
    clumping,
    dispersion: Math.max(0.9 * clumping, dispersion),
    podSpread,
    overTime: Math.max(1.5, dispersionOf(variationOf([overTime], blocksOf(120_000, lookMs)), 2, 5)),
    overTimeSd: spreadOverTime(overTime, blocksOf(60_000, lookMs)),
  };
}

/**
 * The usual share, drawn a little towards 0.05 % so that none is ever nothing: a service that never failed may still fail
 * once.
 */
export function usualShare({ hits, of }: Share): number {
  return Math.min(0.98, (hits + 0.5) / (of + 1000));
}

/** What is usual when nobody has looked yet. */
export function unknownShare(): ShareNormal {
  return calibrateShare({ fleet: [], pods: [], lookMs: 5000 });
}

/** A pod's hits beyond its part of the fleet's, with the variance of drawing that part without replacement. */
function againstFleet(pod: readonly Share[], fleet: readonly Share[]): Scores {
  const beyond = new Float64Array(fleet.length);
  const variance = new Float64Array(fleet.length);
  fleet.forEach((all, i) => {
    const own = pod[i];
    if (own === undefined || all.of === 0) return;
    const part = own.of / all.of;
    beyond[i] = own.hits - part * all.hits;
    variance[i] = all.hits * part * (1 - part);
  });
  return { beyond, variance };
}

/**
 * Where pods cannot be told apart: the whole fleet against itself, half a minute before and after. What all of it does
 * together is in there as well, so it is believed only where it says that hits come in smaller clumps than usual.
 */
function againstNeighbours(fleet: readonly Share[], looks: number): Scores {
  const half = Math.max(1, Math.round(looks / 2));
  const beyond = new Float64Array(fleet.length);
  const variance = new Float64Array(fleet.length);
  fleet.forEach(({ hits, of }, i) => {
    const around = fleet.slice(Math.max(0, i - half), i + half + 1);
    const all = around.reduce((sum, share) => ({ hits: sum.hits + share.hits, of: sum.of + share.of }), {
      hits: 0,
      of: 0,
    });
    if (all.of === 0) return;
    const part = of / all.of;
    beyond[i] = hits - part * all.hits;
    variance[i] = all.hits * part * (1 - part);
  });
  return { beyond, variance };
}

function againstItself(fleet: readonly Share[], usual: number): Scores {
  return {
    beyond: Float64Array.from(fleet, ({ hits, of }) => hits - of * usual),
    variance: Float64Array.from(fleet, ({ of }) => of * usual),
  };
}
