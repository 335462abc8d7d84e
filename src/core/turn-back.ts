import type { Judgement } from './analysis/judgement.ts';
import type { TurnAnswered } from './people.ts';
import type { Turning } from './step-state.ts';
import { duration } from './text.ts';
import type { Watch } from './watch.ts';

/** What is to be done about a version that is watched. */
export type TurnBack =
  /** There is nothing against it. */
  | { readonly kind: 'none' }
  /** Say that it goes back, and when. */
  | { readonly kind: 'announce'; readonly untilMs: number }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'back'; readonly because: string }
  /** A person has said that it goes on, or that it was a false alarm. */
  | { readonly kind: 'go-on'; readonly answered: TurnAnswered }
  | { readonly kind: 'dismiss'; readonly answered: TurnAnswered };

/**
 * Bad evidence is announced before it is acted upon, so that people who know better can say so; what is beyond a hard
 * limit waits for nobody. `answered` is what was said to this turning.
 */
export function turnBack(
  judgement: Judgement,
  turning: Turning | null,
  answered: TurnAnswered | null,
  watch: Pick<Watch, 'countdown' | 'heldMs'>,
  nowMs: number,
): TurnBack {
  if (turning === null)
    return judgement.verdict.kind === 'fail' ? begin(judgement, watch, nowMs) : { kind: 'none' };
  const isHard = judgement.verdict.kind === 'fail' && judgement.severity === 'hard';
  // Who held it had seen doubtful numbers: a hard limit that is broken since waits for nobody.
  if (answered?.how === 'hold' && isHard) return { kind: 'back', because: judgement.verdict.because };
  if (answered !== null) return asSaid(answered, turning, watch, nowMs);
  return isHard || nowMs >= turning.untilMs
    ? { kind: 'back', because: turning.judgement.verdict.because }
    : { kind: 'wait', untilMs: turning.untilMs };
}

/**
 * Whether somebody has decided already, so that this changes nothing. Of two who press in the same second, back at once
 * is never unsaid; and what is held already is held no longer by holding it again.
 */
export function isDecided(said: TurnAnswered | null, how: TurnAnswered['how']): boolean {
  return said?.how === 'now' || (said?.how === 'hold' && how === 'hold');
}

function asSaid(
  said: TurnAnswered,
  { judgement }: Turning,
  { heldMs }: Pick<Watch, 'heldMs'>,
  nowMs: number,
): TurnBack {
  const { because } = judgement.verdict;
  switch (said.how) {
    case 'now':
      return { kind: 'back', because };
    case 'hold': {
      const untilMs = said.atMs + heldMs;
      const forgotten = `${because}; it was held, and nobody decided within ${duration(heldMs)}`;
      return nowMs < untilMs ? { kind: 'wait', untilMs } : { kind: 'back', because: forgotten };
    }
    case 'go-on':
    case 'dismiss':
      return { kind: said.how, answered: said };
  }
}

function begin(judgement: Judgement, { countdown }: Pick<Watch, 'countdown'>, nowMs: number): TurnBack {
  const { severity, verdict } = judgement;
  const countdownMs = severity === 'strong' ? countdown.strongMs : countdown.plainMs;
  return severity === 'hard' || countdownMs === 0
    ? { kind: 'back', because: verdict.because }
    : { kind: 'announce', untilMs: nowMs + countdownMs };
}
