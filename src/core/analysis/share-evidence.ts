import { z } from 'zod';
import { usualShare } from './calibrate-share.ts';
import { accumulate, Evidence, noEvidence, type Weighing } from './evidence.ts';
import { lnRise } from './gamma.ts';
import type { Share } from './look.ts';
import { differenceAt, moved, oddsAt, type ShareRule } from './share-rule.ts';
import { capOf, caps, type Step } from './step.ts';
import { oneSample, surelyMore } from './two-shares.ts';

const Counted = z.object({ hits: z.number(), of: z.number() }).default({ hits: 0, of: 0 });

/** What has been seen of a share: errors of requests, orders of visits. */
export const ShareState = z.object({
  evidence: Evidence,
  /** What is usual, by history and by the old version so far; `usual` is the share that is in use. */
  hits: z.number(),
  of: z.number(),
  usual: z.number(),
  /** Hits of both versions within the clump of time that has begun. */
  clump: z.object({ seconds: z.number(), canary: z.number(), stable: z.number() }),
  /** Within this stage: hits beyond the new version's part, the variance that chance gives, and what both had. */
  beyond: z.number(),
  variance: z.number(),
  canary: Counted,
  stable: Counted,
  /** How much the next look may add, beyond what its own seconds allow: what looks with nothing in them have left over. */
  saved: z.number().default(0),
});
export type ShareState = z.infer<typeof ShareState>;

const noClump = { seconds: 0, canary: 0, stable: 0 };
const stageAtFirst = {
  clump: noClump,
  beyond: 0,
  variance: 0,
  canary: { hits: 0, of: 0 },
  stable: { hits: 0, of: 0 },
};

export function shareAtFirst({ differences, normal }: ShareRule): ShareState {
  const { hits, of } = normal;
  return {
    evidence: noEvidence(differences.length),
    hits,
    of,
    usual: usualShare(normal),
    ...stageAtFirst,
    saved: 0,
  };
}

const most = 20;
const ratios = new Float64Array(most);
const divisors = new Float64Array(most);

/** Adds what one look says about a share. `stable` is null where nothing runs beside the new version. */
export function nextShare(
  rule: ShareRule,
  before: ShareState,
  canary: Share,
  stable: Share | null,
  step: Step,
): ShareState {
  const state = step.isStageStart ? { ...before, ...stageAtFirst } : before;
  return stable === null || stable.of === 0
    ? besideNothing(rule, state, canary, step)
    : besideStable(rule, state, canary, stable, step);
}

function besideStable(
  rule: ShareRule,
  state: ShareState,
  canary: Share,
  stable: Share,
  step: Step,
): ShareState {
  const { normal } = rule;
  const odds = oddsAt(rule, state.usual);
  const hits = canary.hits + stable.hits;
  const part = canary.of / (canary.of + stable.of);
  const variance = state.variance + hits * part * (1 - part);
  const clump = state.clump.seconds < CLUMP_SECONDS ? state.clump : noClump;
  weighSingly(odds, canary, stable);
  if (hits > 0 && normal.clumping >= 1.05) {
    lowerWhereClumped(odds.ratios, normal.clumping, state.usual, {
      canary,
      stable,
      clump,
      seconds: step.seconds,
    });
  }

  // Evidence saturates at what an unlucky pod could do: divided like this, the sum over a stage is what a Gaussian random
  // effect of variance podSpread x podFactor gives, L x dispersion / (dispersion + podSpread x podFactor x variance).
  const noise = normal.dispersion + normal.podSpread * step.podFactor * variance;
  divisors.fill(Math.max(1, (noise * noise) / normal.dispersion / normal.clumping));
  const own = together(state.canary, canary);
  const other = together(state.stable, stable);
  const isSure = () => isSurelyMoreThanTolerable(rule, state.usual, own, other, noise);
  const cap = Math.min(caps.errors.max, state.saved + caps.errors.perSecond * step.seconds);
  const weighing = weigh(step, cap, rule.tolerable, isSure);
  const { usual, hits: usualHits, of: usualOf } = learned(state, stable);
  return {
    hits: usualHits,
    of: usualOf,
    usual,
    evidence: accumulate(state.evidence, ratios, divisors, rule.weights, weighing),
    clump: {
      seconds: clump.seconds + step.seconds,
      canary: clump.canary + canary.hits,
      stable: clump.stable + stable.hits,
    },
    beyond: state.beyond + canary.hits - part * hits,
    variance,
    canary: own,
    stable: other,
    // Without a hit nothing is gained.
    saved: canary.hits === 0 ? cap : cap - Math.min(cap, mostOf(rule)),
  };
}

/** The most that one of the harmful alternatives gains by this look. */
function mostOf({ differences, tolerable }: ShareRule): number {
  let most = 0;
  for (let j = tolerable; j < differences.length; j += 1) {
    most = Math.max(most, (ratios[j] as number) / (divisors[j] as number));
  }
  return most;
}

function together(one: Share, other: Share): Share {
  return { hits: one.hits + other.hits, of: one.of + other.of };
}

/**
 * Conditional on how many hits both versions had together, the new version's are hypergeometric when they are equal, and
 * by Hoeffding (1963, section 6) E[w^hits] is at most what the binomial has, whichever of the two is called the sample. So
 * this is a supermartingale whatever the share itself does over time: what both share cancels.
 */
function weighSingly({ ratios: odds, logs }: ShareRule['odds'], canary: Share, stable: Share): void {
  const hits = canary.hits + stable.hits;
  const of = canary.of + stable.of;
  const part = canary.of / of;
  const share = Math.min(1, hits / of);
  for (let j = 0; j < odds.length; j += 1) {
    const w = odds[j] as number;
    const byHits = hits * Math.log(1 - part + part * w);
    const byRequests = canary.of * Math.log(1 - share + share * w);
    ratios[j] = canary.hits * (logs[j] as number) - Math.min(byHits, byRequests);
  }
}

/** On the scale of the natural logarithm: twenty to one. */
const SURE = Math.log(20);

/**
 * What both share cancels above, and with it how many hits there are at all: where one in a million is usual, a tolerable
 * difference and a huge one both say that nearly every hit is the new version's. So the hits of this stage are counted too.
 */
function isSurelyMoreThanTolerable(
  rule: ShareRule,
  usual: number,
  canary: Share,
  stable: Share,
  noise: number,
): boolean {
  if (rule.isBad === 'fewer') return false;
  const tolerated = differenceAt(rule, usual, rule.tolerable - 1);
  return surelyMore(canary, stable, tolerated) / noise >= SURE;
}

/** Hits within about so long may belong together. Clumping is measured over the same time. */
const CLUMP_SECONDS = 5;

type Clump = {
  readonly canary: Share;
  readonly stable: Share;
  readonly clump: ShareState['clump'];
  readonly seconds: number;
};

/**
 * The same, where hits come in clumps: Polya's urn. Within some seconds a hit makes the next one in the same arm likelier,
 * so the second says less than the first, in one look or in several. Given the hits of both, they are beta-binomial; the
 * mass of the urn is chosen so that their variance is `clumping` times that of independent hits. What is harmful is
 * thought of as failing one by one, which makes the urn of the alternative fuller by as much as there are more hits. The
 * lower of the two ratios counts: neither hits that come in clumps, nor hits that come in fewer of them than usual, are
 * taken for a difference.
 */
function lowerWhereClumped(
  odds: Float64Array,
  clumping: number,
  usual: number,
  { canary, stable, clump, seconds }: Clump,
): void {
  const hits = canary.hits + stable.hits;
  const of = canary.of + stable.of;
  const part = canary.of / of;
  const ownBefore = clump.canary;
  const otherBefore = clump.stable;
  // As many requests as a whole clump of time has, at the pace of this look.
  const usualHits = of * Math.max(1, CLUMP_SECONDS / seconds) * usual;
  // Many more hits than usual are many clumps, not a huge one.
  const surge = ownBefore + otherBefore + hits - 2 * clumping;
  const usualMass = usualHits / (clumping - 1);
  const mass = Math.max(usualHits, surge) / (clumping - 1);
  const own = part * mass;
  const other = mass - own;
  const usualRise =
    lnRise(own + ownBefore + other + otherBefore, hits) -
    lnRise(own + ownBefore, canary.hits) -
    lnRise(other + otherBefore, stable.hits);
  for (let j = 0; j < odds.length; j += 1) {
    const w = odds[j] as number;
    const fuller = 1 - part + part * w;
    const massThen = Math.max(usualMass * fuller * fuller, mass);
    const ownThen = (massThen * part * w) / fuller + ownBefore;
    const otherThen = (massThen * (1 - part)) / fuller + otherBefore;
    const ratio =
      lnRise(ownThen, canary.hits) +
      lnRise(otherThen, stable.hits) -
      lnRise(ownThen + otherThen, hits) +
      usualRise;
    if (ratio < (ratios[j] as number)) ratios[j] = ratio;
  }
}

/** Against what was usual before: weaker, because everything that changes over time looks like the new version's doing. */
function besideNothing(rule: ShareRule, state: ShareState, canary: Share, step: Step): ShareState {
  const { usual } = state;
  for (let j = 0; j < rule.differences.length; j += 1) {
    ratios[j] = oneSample(canary, usual, moved(usual, differenceAt(rule, usual, j)));
  }
  // What wanders over time weighs the more, the more requests there are.
  const { overTime, overTimeSd } = rule.normal;
  const expected = (usual * canary.of * BLOCK_SECONDS) / step.seconds;
  divisors.fill(Math.max(overTime, overTimeSd * overTimeSd * expected));
  const weighing = weigh(step, capOf(caps.alone, step.seconds), rule.tolerableAlone, undefined);
  return {
    ...state,
    evidence: accumulate(state.evidence, ratios, divisors, rule.weights, weighing),
  };
}

/** What varies over time was measured over blocks of this length. */
const BLOCK_SECONDS = 120;

function weigh(
  { onset, unused }: Step,
  cap: number,
  tolerable: number,
  isSure: Weighing['isSure'],
): Weighing {
  return { onset, unused, cap, tolerable, isGated: true, isSure };
}

/** What is usual is learned from the old version after it was judged by, never before. */
function learned(state: ShareState, stable: Share): Pick<ShareState, 'hits' | 'of' | 'usual'> {
  const hits = state.hits + stable.hits;
  const of = state.of + stable.of;
  const usual = usualShare({ hits, of });
  const hasMoved = Math.abs(usual - state.usual) > 0.02 * state.usual;
  return { hits, of, usual: hasMoved ? usual : state.usual };
}
