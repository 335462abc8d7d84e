import { certaintyOfErrors, certaintyOfLatency } from './certainty.ts';
import type { JudgeState } from './judge-state.ts';
import { beyondSince, type LimitState } from './limit-evidence.ts';
import type { LimitRule } from './limit-rule.ts';
import type { Rules } from './rules.ts';
import { sayCount, sayRequests } from './say.ts';
import type { JudgeSettings } from './settings.ts';

/** Odds, as logarithms, that nothing unacceptable is there: before the time of a stage is over, and when it is. */
const EARLY = Math.log(16);
/** Errors come in few; so much more is asked of what they say, and of every stage that could be passed wrongly. */
const EARLY_OF_ERRORS = 25;
const AT_THE_END = Math.log(3);

/** Even what is certain may change its mind while it warms up. */
const EARLY_MS_MIN = 60_000;
const LOOKS_MIN = 3;
/** At least half of the time must have been seen. */
const COVERED_MIN = 0.5;
/** Evidence of harm that an early pass may leave behind. */
const EARLY_EVIDENCE_MAX = 1.5;
const EARLY_MEMORY_MAX = 3;

/** Why the stage is not passed, in one sentence; null: it is. Not knowing never passes. */
export function whyNotPassed(settings: JudgeSettings, rules: Rules, state: JudgeState): string | null {
  return notSeen(settings, state) ?? notCertain(settings, rules, state);
}

function notSeen({ requestsMin }: JudgeSettings, state: JudgeState): string | null {
  const { stage, trouble, missing } = state;
  if (trouble !== null) return `${trouble}, so the last reading says nothing`;
  if (stage.looks === 0) return 'nothing has been read yet';
  if (missing.length > 0) {
    const [was, is] = missing.length === 1 ? ['was', 'is'] : ['were', 'are'];
    return `${missing.join(' and ')} ${was} measured before and ${is} not any more`;
  }
  if (stage.canary.requests < requestsMin) {
    return `the new version has had ${sayRequests(stage.canary.requests)} of the ${sayCount(requestsMin)} that it takes to judge`;
  }
  if (stage.looks < LOOKS_MIN) return `only ${stage.looks} readings so far`;
  if (stage.coveredMs < COVERED_MIN * stage.ageMs) {
    return `only ${Math.round((100 * stage.coveredMs) / stage.ageMs)} % of the time was read`;
  }
  return null;
}

function notCertain(settings: JudgeSettings, rules: Rules, state: JudgeState): string | null {
  const { stage } = state;
  if (!stage.isOver && !mayPassNow(settings, rules, state))
    return 'so far nothing is worse; its time is not over';
  const odds = stage.isOver ? AT_THE_END : EARLY;
  const points = pointsToRuleOut(settings, state);
  const ofErrors = certaintyOfErrors(rules, state, points / 100);
  const oddsOfErrors = stage.isOver ? AT_THE_END : Math.log(EARLY_OF_ERRORS * settings.stages.length);
  if (ofErrors < oddsOfErrors) {
    return doubt(state, `${round(points)} points more errors`, ofErrors, oddsOfErrors);
  }
  const isAsked = settings.acceptable.latencyPercent !== null;
  const hasLatency = isAsked && (rules.weights['latency'] ?? 0) > 0 && state.seen.includes('latency');
  const ofLatency = certaintyOfLatency(state);
  if (hasLatency && ofLatency < odds) {
    return doubt(state, `${settings.acceptable.latencyPercent} % slower`, ofLatency, odds);
  }
  return limitNotKept(rules, state);
}

/** A limit that is not surely broken is not therefore kept: that takes enough requests, or a number within it. */
function limitNotKept({ limits }: Rules, state: JudgeState): string | null {
  const reasons = limits.map((rule, index) => whyNotKept(rule, state.limits[index], state));
  return reasons.find((reason) => reason !== null) ?? null;
}

function whyNotKept(rule: LimitRule, limit: LimitState | undefined, state: JudgeState): string | null {
  if (limit === undefined) return unmeasured(rule);
  if (rule.kind !== 'share') return whyGaugeNotKept(rule, limit);
  if (limit.of === 0) return unmeasured(rule);
  return isShareKept(rule, limit, state) ? null : undecided(rule, limit.of);
}

/**
 * A guard is broken or it is not: what is used takes half a minute to be known. What has been read since then speaks
 * against it already, and never for it.
 */
function whyGaugeNotKept(rule: LimitRule, limit: LimitState): string | null {
  const { beyond } = limit;
  if (Math.max(beyond?.canary ?? 0, beyondSince(rule, limit)) > 0)
    return `${rule.name}: that is not kept, and not surely broken yet`;
  return beyond === null && rule.limit.mustBeShown ? unmeasured(rule) : null;
}

function unmeasured({ name }: LimitRule): string {
  return `${name}: that was not measured yet`;
}

function undecided({ name }: LimitRule, requests: number): string {
  return `${name}: that can neither be said to be kept nor broken, over ${sayRequests(requests)}`;
}

/**
 * Whether the share is within the limit with 95 % confidence; without any hit it takes 3 / limit requests (the rule of
 * three). The upper end for a Poisson count is that of Wilson and Hilferty (1931). Against the old version, its own share
 * is added.
 */
function isShareKept(
  { limit: { against, mustBeShown }, maxShare }: LimitRule,
  { hits, of }: LimitState,
  { stage }: JudgeState,
) {
  const beside = against === 'absolute' ? 0 : stage.stable.errors / Math.max(1, stage.stable.requests);
  const max = (maxShare + beside) * of;
  if (!mustBeShown) return hits <= max;
  const count = hits + 1;
  const upper = count * (1 - 1 / (9 * count) + 1.645 / (3 * Math.sqrt(count))) ** 3;
  return upper <= max;
}

/**
 * Before its time a stage is passed only when the worst acceptable is ruled out. At its end, where errors are frequent
 * anyway, twice as many are: less could not be told from chance in any reasonable time.
 */
function pointsToRuleOut({ acceptable }: JudgeSettings, { stage, errors }: JudgeState): number {
  return stage.isOver ? Math.max(acceptable.errorPoints, 100 * errors.usual) : acceptable.errorPoints;
}

/**
 * Only with something beside it, and where all that is measured can be ruled out so soon: of a p95 and of counters of the
 * business nobody can say it, and the whole time is waited for. Nor with a restart, or memory that may be growing.
 */
function mayPassNow(settings: JudgeSettings, rules: Rules, state: JudgeState): boolean {
  const { stage, total, restarts, memory } = state;
  const isOld = stage.ageMs >= Math.max(EARLY_MS_MIN, 2 * settings.warmUpMs);
  const canTell = (rules.weights['latency-p95'] ?? 0) === 0 && settings.business.length === 0;
  const isQuiet =
    total < EARLY_EVIDENCE_MAX && restarts.canary === 0 && memory.evidence.value < EARLY_MEMORY_MAX;
  return settings.mayPassEarly && stage.hasControl && isOld && canTell && isQuiet;
}

function doubt({ stage }: JudgeState, what: string, certainty: number, odds: number): string {
  if (!stage.isOver) return `so far nothing is worse, but ${what} cannot be ruled out yet`;
  const { requests } = stage.canary;
  const needed = certainty > 0 ? ` (it takes about ${sayCount((requests * odds) / certainty)})` : '';
  return `${sayRequests(requests)} are too few to rule out ${what}${needed}`;
}

function round(points: number): string {
  return Number(points.toPrecision(2)).toString();
}
