import type { Outcome } from './event.ts';

export type Phase = 'waiting' | 'moving' | 'held' | 'undoing' | Outcome;

/** Which phases each action is possible in. Buttons, refusals and the manual all read this one table. */
const actions = {
  abort: ['waiting', 'moving', 'held'],
  goOn: ['held'],
  hold: ['moving'],
  rollBack: ['deployed'],
  resolve: ['needs-human'],
  logs: ['moving', 'held', 'undoing', 'deployed', 'rolled-back', 'stopped', 'needs-human'],
  details: ['deployed', 'rolled-back', 'stopped', 'needs-human'],
} as const satisfies Record<string, readonly Phase[]>;

export type Action = keyof typeof actions;

export function can(action: Action, phase: Phase): boolean {
  const phases: readonly Phase[] = actions[action];
  return phases.includes(phase);
}

/** In order of importance. */
export function possible(phase: Phase): Action[] {
  const all = Object.keys(actions) as Action[];
  return all.filter((action) => can(action, phase));
}
