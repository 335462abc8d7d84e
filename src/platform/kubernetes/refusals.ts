import { Failed } from '../../core/failure.ts';
import type { Share } from '../platform.ts';

/** Nothing was called, and nothing will be. */
export function unsupported(say: string): Failed {
  return new Failed({ code: 'unsupported', message: say, retryAfterMs: null });
}

export function rejected(message: string): Failed {
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}

export function notFound(message: string): Failed {
  return new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/** @throws {Failed} `rejected` for a split that no cluster could have, before anything is called */
export function checkShares(shares: readonly Share[], stepPercent: number): void {
  const total = shares.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
  if (shares.some(({ trafficPercent }) => trafficPercent < 0 || trafficPercent > 100)) {
    throw rejected('a share of the traffic lies between 0 and 100 %');
  }
  if (total !== 100 && !(total === 0)) throw rejected(`the shares add up to ${total} % instead of 100 %`);
  if (shares.some(({ trafficPercent }) => trafficPercent % stepPercent !== 0)) {
    throw rejected(`traffic is shared in steps of ${stepPercent} % here`);
  }
  if (new Set(shares.map(({ releaseId }) => releaseId)).size !== shares.length) {
    throw rejected('a release is named twice in one split');
  }
}
