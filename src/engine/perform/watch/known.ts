import { type Evidence, nothingKnown } from '../../../core/deployment.ts';
import type { WatchScene } from './scene.ts';

/** What is known so far; without the evidence that a person has said does not count. */
export function evidenceFor({ hold, step }: WatchScene): {
  readonly evidence: Evidence;
  readonly isAnew: boolean;
} {
  const { evidence, plan, people } = hold.now();
  const known = evidence.get(step.target);
  if (known === undefined) return { evidence: nothingKnown, isAnew: false };
  const isVoid = plan.steps.some(({ id, target }) => {
    const answered = people.turns.get(id);
    const isAgainst = answered?.how === 'go-on' || answered?.how === 'dismiss';
    return target === step.target && isAgainst && answered.atMs >= known.keptAtMs;
  });
  return isVoid
    ? { evidence: { ...known, sources: anew(known.sources) }, isAnew: true }
    : { evidence: known, isAnew: false };
}

function anew(sources: Evidence['sources']): Evidence['sources'] {
  return Object.fromEntries(
    Object.entries(sources).map(([from, evidence]) => {
      // What judges for itself has nothing but what it remembers, and is asked afresh.
      const cursor = evidence.state === null ? null : evidence.cursor;
      return [from, { ...evidence, cursor, state: null, sums: null }];
    }),
  );
}
