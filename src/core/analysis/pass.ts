import type { JudgeState } from './judge-state.ts';
import type { Rules } from './rules.ts';
import { sayCount, sayRequests } from './say.ts';
import type { JudgeSettings } from './settings.ts';

/** Odds, as logarithms, that nothing unacceptable is there: before the time of a stage is over, and when it is. */
const EARLY = Math.log(25);
const AT_THE_END = Math.log(3);

/** Even what is certain may change its mind while it warms up. */
const EARLY_MS_MIN = 60_000;
const LOOKS_MIN = 3;
/** At least half of the time must have been seen. */
const COVERED_MIN = 0.5;
/** Evidence of harm that an early pass may leave behind. */
const EARLY_EVIDENCE_MAX = 1.5;

/** Why the stage is not passed, in one sentence; null: it is. Not knowing never passes. */
export function whyNotPassed(settings: JudgeSettings, rules: Rules, state: JudgeState): string | null {
  return notSeen(settings, state) ?? notCertain(settings, rules, state);
}

function notSeen({ requestsMin }: JudgeSettings, state: JudgeState): string | null {
  const { stage, trouble, missing } = state;
  if (trouble !== null) return `${trouble}, so the last reading says nothing`;
  if (stage.looks === 0) return 'nothing has been read yet';
  if (missing.length > 0) return `${missing.join(' and ')} was measured before and is not any more`;
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
  if (!stage.isOver && !mayPassNow(settings, state)) return 'so far nothing is worse; its time is not over';
  const odds = stage.isOver ? AT_THE_END : EARLY;
  const points = settings.acceptable.errorPoints;
  if (state.errors.safe < odds) {
    return doubt(
      stage.isOver,
      `${points} points more errors`,
      stage.canary.requests,
      state.errors.safe,
      odds,
    );
  }
  const hasLatency = (rules.weights['latency'] ?? 0) > 0 && state.seen.includes('latency');
  if (hasLatency && (state.latency?.safe ?? 0) < odds) {
    const percent = settings.acceptable.latencyPercent;
    return doubt(stage.isOver, `${percent} % slower`, stage.canary.requests, state.latency?.safe ?? 0, odds);
  }
  return null;
}

/** Only with something beside it: without a control its whole time is waited for. */
function mayPassNow({ mayPassEarly, warmUpMs }: JudgeSettings, { stage, total }: JudgeState): boolean {
  const old = stage.ageMs >= Math.max(EARLY_MS_MIN, 2 * warmUpMs);
  return mayPassEarly && stage.hasControl && old && total < EARLY_EVIDENCE_MAX;
}

function doubt(isOver: boolean, what: string, requests: number, safe: number, odds: number): string {
  if (!isOver) return `so far nothing is worse, but ${what} cannot be ruled out yet`;
  const needed = safe > 0 ? ` (it takes about ${sayCount((requests * odds) / safe)})` : '';
  return `${sayRequests(requests)} are too few to rule out ${what}${needed}`;
}
