import type { Found, Intent, Sought } from '../platform.ts';
import type { Run } from './pipeline.ts';

/** How far the service's clock and the database's may be apart. */
const SKEW_MS = 120_000;

/**
 * By its mark. Where no run carries one at all, though some were started by hand since, the mark may have been lost on
 * the way, and one of them may be ours: nobody guesses.
 */
export function foundAmong(runs: readonly Run[], { id }: Pick<Intent, 'id'>, { sinceMs }: Sought): Found {
  const [only, ...others] = runs.filter(({ mark }) => mark?.intentId === id);
  if (others.length > 0) {
    const ids = runs.filter(({ mark }) => mark?.intentId === id).map((run) => run.id);
    return {
      kind: 'ambiguous',
      say: `several runs carry the mark of this very call: ${ids.join(', ')}. Cancel those that nobody wants, and resolve this deployment`,
    };
  }
  if (only !== undefined) return { kind: 'found', releaseId: only.id };
  const isMarkShown = runs.some(({ mark }) => mark !== null);
  const candidates = runs.filter(
    ({ mark, isByHand, startedAtMs }) => mark === null && isByHand && startedAtMs >= sinceMs - SKEW_MS,
  );
  if (isMarkShown || candidates.length === 0) return { kind: 'absent' };
  const ids = candidates.map((run) => run.id).join(', ');
  return {
    kind: 'ambiguous',
    say: `no run shows a mark of ours, and these were started since: ${ids}. The pipeline has to show the mark that it is given (docs/platforms/pipelines.md). Look at them, and resolve this deployment`,
  };
}
