/** What is the same for all measures of one look. */
export type Step = {
  readonly seconds: number;
  /** Belief in something that begins with this look, and what is left for later. */
  readonly onset: number;
  readonly unused: number;
  readonly isStageStart: boolean;
  readonly isWarm: boolean;
  readonly hasControl: boolean;
  /** How far a mean over these pods may be off, by what lasts in pods: 1/pods of the one + 1/pods of the other. */
  readonly podFactor: number;
  /** Seconds since the rollout began. */
  readonly age: number;
};

/** Evidence that a single look may add: so much for each second that it covers, up to what does not decide by itself. */
export type Cap = { readonly perSecond: number; readonly max: number };

export const caps = {
  errors: { perSecond: 1, max: 3.8 },
  latency: { perSecond: 0.5, max: 4 },
  /** Without a control an incident that everybody shares must be over before it can be held against the new version. */
  alone: { perSecond: 0.09, max: 2 },
} as const satisfies Record<string, Cap>;

export function capOf({ perSecond, max }: Cap, seconds: number): number {
  return Math.min(max, perSecond * seconds);
}
