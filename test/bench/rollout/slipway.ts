import { calibrate } from '../../../src/core/analysis/calibrate.ts';
import { conclude } from '../../../src/core/analysis/conclude.ts';
import { judgeLook } from '../../../src/core/analysis/judge-look.ts';
import { judgeAtFirst } from '../../../src/core/analysis/judge-state.ts';
import type { Judgement } from '../../../src/core/analysis/judgement.ts';
import type { Look } from '../../../src/core/analysis/look.ts';
import type { Answer, Before, Judge, Judging } from './comparator/comparator.ts';
import { back } from './comparator/comparator.ts';

/** Our own judge, once as it keeps to the plan and once as it ends stages when it is sure. */
export const slipway: readonly Judge[] = [
  { name: 'Slipway', mayPassEarly: false, open: opened },
  { name: 'Slipway, early', mayPassEarly: true, open: opened },
];

function opened({ settings, history }: Before): Judging {
  const calibration = calibrate(settings, history);
  let state = judgeAtFirst(settings, calibration);
  return {
    look(look) {
      state = judgeLook(settings, calibration, state, look);
      return answerOf(conclude(settings, calibration, state), look);
    },
  };
}

function answerOf(judgement: Judgement, { stage }: Look): Answer {
  const { verdict, isPaused, measures } = judgement;
  if (verdict.kind === 'fail') return back(blamed(measures));
  if (isPaused) return { kind: 'pause' };
  if (verdict.kind === 'pass') return { kind: 'pass' };
  return stage.isOver ? { kind: 'unsure' } : { kind: 'go-on' };
}

function blamed(measures: Judgement['measures']): string {
  return measures.find((each) => each.verdict.kind === 'fail')?.measure ?? 'everything together';
}
