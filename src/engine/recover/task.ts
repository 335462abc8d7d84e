import type { Run, StepState } from '../../core/run.ts';
import type { EngineParts } from '../parts.ts';

/** One step of a run that the program carries out. */
export type Task = {
  readonly parts: EngineParts;
  readonly id: string;
  readonly run: Run;
  readonly state: StepState;
  /** Writes down that a call is about to be made; false where somebody else was faster, and nothing may be called. */
  intend(): Promise<boolean>;
};

/** What came of one look at it. */
export type Performed =
  | {
      readonly kind: 'settle';
      readonly how: 'done' | 'failed';
      readonly note: string;
      /** What was lost, where the program itself knows. */
      readonly lossMs?: number;
      /** So long after it some may still be sent where they were before, in milliseconds. */
      readonly lingersMs?: number;
    }
  | { readonly kind: 'link'; readonly deploymentId: string }
  | { readonly kind: 'note'; readonly say: string; readonly call?: 'begun' | 'refused' };

export function performed(how: 'done' | 'failed', note: string): Performed {
  return { kind: 'settle', how, note };
}

/** It is looked at again, until it is late. */
export function undecided(because: string): Performed {
  return { kind: 'note', say: because };
}
