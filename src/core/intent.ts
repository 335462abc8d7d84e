/** Which way a deployment goes, and every call that it makes. */
export type Direction = 'forward' | 'backward';

/** `d-7f3a9k2m/release.api/staging/forward/1`: the name of one call, for ever. */
export function nameIntent(
  deploymentId: string,
  stepId: string,
  direction: Direction,
  number: number,
): string {
  return `${deploymentId}/${stepId}/${direction}/${number}`;
}

/** Which way a deployment was going when a call was made. Services and environments may be called `forward` too. */
export function directionOf(intentId: string): Direction {
  return /\/forward\/\d+$/.test(intentId) ? 'forward' : 'backward';
}
