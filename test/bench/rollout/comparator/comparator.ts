import type { History, Look } from '../../../../src/core/analysis/look.ts';
import type { JudgeSettings } from '../../../../src/core/analysis/settings.ts';

/** What every judge is given before the rollout. */
export type Before = { readonly settings: JudgeSettings; readonly history: History };

/** What a judge wants after a look. It is not asked again once it wanted to go back. */
export type Answer =
  | { readonly kind: 'go-on' }
  /** Nothing goes on for now. */
  | { readonly kind: 'pause' }
  /** The stage may end. */
  | { readonly kind: 'pass' }
  /** It is the end of the stage, and it does not know. */
  | { readonly kind: 'unsure' }
  | { readonly kind: 'back'; readonly because: string };

export type Judging = { look(look: Look): Answer };

export type Judge = {
  readonly name: string;
  /** Whether it ends stages before their time, so that its rollouts go another way than everybody else's. */
  readonly mayPassEarly: boolean;
  open(before: Before): Judging;
};

export const goOn: Answer = { kind: 'go-on' };

export function back(because: string): Answer {
  return { kind: 'back', because };
}
