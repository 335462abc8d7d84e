import type { Cell } from './cell.ts';
import type { Answer, Judge, Judging } from './comparator/comparator.ts';
import type { Back, Course } from './course.ts';
import { settingsFor } from './settings.ts';
import { type Before, beforeOf, openRollout, type Seen } from './simulator/rollout.ts';

/**
 * One rollout before all judges. Those that keep to the plan see the very same one; who ends stages early makes it go
 * another way, and gets one of its own with the same weather.
 */
export function play(seed: number, cell: Cell, judges: readonly Judge[]): Course[] {
  const before = beforeOf(seed, cell.world, cell.situation.lookEverySeconds);
  const patient = judges.filter((judge) => !judge.mayPassEarly);
  const alone = judges.filter((judge) => judge.mayPassEarly);
  return [
    ...(patient.length > 0 ? playWith(seed, cell, before, patient) : []),
    ...alone.flatMap((judge) => playWith(seed, cell, before, [judge])),
  ];
}

function playWith(
  seed: number,
  { world, situation }: Cell,
  before: Before,
  judges: readonly Judge[],
): Course[] {
  const rollout = openRollout(seed, world, situation, before);
  const seats = judges.map((judge) => {
    const settings = settingsFor(world, situation, judge.mayPassEarly);
    return openSeat(judge, judge.open({ settings, history: before.history }), rollout.startMs);
  });
  let hasPassed = false;
  for (let seen = rollout.next(false); seen !== null; seen = rollout.next(hasPassed)) {
    const { isOver } = seen.look.stage;
    hasPassed = false;
    for (const seat of seats) {
      const answer = seat.see(seen);
      if (answer?.kind === 'pass' && !isOver && seat.mayPassEarly) hasPassed = true;
    }
    if (seats.every((seat) => seat.isDone())) break;
  }
  return seats.map((seat) => seat.course());
}

/** Where one judge sits: what it wanted, and what it cost until then. */
function openSeat(judge: Judge, judging: Judging, startMs: number) {
  let back: Back | null = null;
  let splitMs: number | null = null;
  const counts = { faultErrors: 0, slowed: 0, passedEarly: 0, passedEarlyWhileIll: 0, unsureEnds: 0 };
  let wasPaused = false;

  function count(answer: Answer, { look, truth }: Seen): void {
    if (answer.kind === 'pause') wasPaused = true;
    if (answer.kind === 'unsure') counts.unsureEnds += 1;
    if (answer.kind !== 'pass' || look.stage.isOver || !judge.mayPassEarly) return;
    counts.passedEarly += 1;
    if (truth.onsetMs !== null) counts.passedEarlyWhileIll += 1;
  }

  return {
    mayPassEarly: judge.mayPassEarly,
    /** Null once it wanted to go back: nothing happens for it any more. */
    see(seen: Seen): Answer | null {
      if (back !== null) return null;
      const { look, truth } = seen;
      counts.faultErrors += truth.faultErrors;
      counts.slowed += truth.slowed;
      if (look.stable === null) splitMs ??= look.atMs - look.durationMs - startMs;
      const answer = judging.look(look);
      count(answer, seen);
      if (answer.kind !== 'back') return answer;
      back = {
        because: answer.because,
        sinceStartMs: look.atMs - startMs,
        sinceOnsetMs: truth.onsetMs === null ? null : look.atMs - truth.onsetMs,
        hadControl: look.stable !== null,
      };
      return answer;
    },
    isDone: () => back !== null,
    course: (): Course => ({ judge: judge.name, back, splitMs, wasPaused, ...counts }),
  };
}
