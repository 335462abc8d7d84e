import { type Verdict, worst } from '../verdict.ts';
import type { Judgement } from './judgement.ts';

/** What one source of numbers says, by the name that slipway.yml gives it. */
export type Heard = { readonly from: string; readonly judgement: Judgement };

/**
 * What several sources say together: any one of them can have a version taken back, and all of them have to be sure
 * before it goes on. Each keeps its own part of the false alarms, so that together they keep the whole.
 */
export function combine(heard: readonly Heard[]): Judgement {
  const verdict = worst(heard.map(({ judgement }) => judgement.verdict));
  const deciding = heard.filter(({ judgement }) => judgement.verdict.kind === verdict.kind);
  const isOne = heard.length === 1;
  return {
    verdict: {
      kind: verdict.kind,
      because: (verdict.kind === 'pass' ? heard : deciding)
        .map(({ from, judgement }) => (isOne ? '' : `${from}: `) + judgement.verdict.because)
        .join('; '),
    } as Verdict,
    isPaused: heard.some(({ judgement }) => judgement.isPaused),
    severity: severest(deciding.map(({ judgement }) => judgement.severity)),
    measures: heard.flatMap(({ from, judgement }) =>
      judgement.measures.map((each) => (isOne ? each : { ...each, measure: `${from} ${each.measure}` })),
    ),
    excessErrors: excessIn(deciding) ?? excessIn(heard),
  };
}

/** A source that judges for itself, and what was not even asked. */
export function plainJudgement(verdict: Verdict): Judgement {
  return { verdict, isPaused: false, severity: 'plain', measures: [], excessErrors: null };
}

function excessIn(heard: readonly Heard[]): number | null {
  return heard.find(({ judgement }) => judgement.excessErrors !== null)?.judgement.excessErrors ?? null;
}

function severest(all: readonly Judgement['severity'][]): Judgement['severity'] {
  return (['hard', 'strong'] as const).find((each) => all.includes(each)) ?? 'plain';
}
