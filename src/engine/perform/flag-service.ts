import type { Step } from '../../core/plan.ts';
import type { FlagService } from '../../flag/flag.ts';
import { flagServiceOf } from '../flags/turn.ts';
import type { Scene } from './scene.ts';

export type FlagStep = Extract<Step, { kind: 'flag' }>;

/** @throws {Failed} `not-found` where no flag service is called so any more */
export function serviceFor({ parts, step }: Pick<Scene<FlagStep>, 'parts' | 'step'>): FlagService {
  return flagServiceOf(parts, step);
}

/** How long a lost call to the flag service may still show; null for a step that calls the platform. */
export function flagSettleMs({ parts, step }: Scene): number | null {
  if (step.kind !== 'flag') return null;
  const { writing } = serviceFor({ parts, step });
  return writing.can ? writing.settleMs : 0;
}
