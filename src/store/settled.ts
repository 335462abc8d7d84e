import type { DeploymentEvent } from '../core/event.ts';

const settling: ReadonlySet<DeploymentEvent['kind']> = new Set([
  'step-succeeded',
  'step-failed',
  'undo-succeeded',
  'undo-failed',
]);

/** Whether these events settle a step: then their holder did not die of it, and the count of crashes starts anew. */
export function settlesStep(events: readonly DeploymentEvent[]): boolean {
  return events.some(({ kind }) => settling.has(kind));
}
