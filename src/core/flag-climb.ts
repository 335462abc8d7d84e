import { type FlagState, sayFlag } from './flag.ts';

/** A flag at a target, as it was read just now, and where it shall stop on its way. */
export type FlagGround = {
  readonly key: string;
  /** The name of the flag service. */
  readonly at: string;
  /** What the flag service calls the environment. */
  readonly environment: string;
  readonly before: FlagState;
  readonly percents: readonly number[];
  /** The target of the same plan that turns it first, and leaves it as `before` says; left out: none does. */
  readonly after?: string;
};

/** Which flag it is, whoever reads it. */
export function flagId({ key, at, environment }: Pick<FlagGround, 'key' | 'at' | 'environment'>): string {
  return JSON.stringify([at, key, environment]);
}

/**
 * Where a flag stops: what is configured, or what was asked for with the configured stops below it. What it has passed
 * already is left out; whoever asks for less than it has gets that at once.
 */
export function climbFrom(before: FlagState, configured: readonly number[], asked: number | null): number[] {
  const all = asked === null ? configured : [...configured.filter((percent) => percent < asked), asked];
  const has = before.isOn ? (before.rolloutPercent ?? 0) : 0;
  if (asked !== null && asked < has) return [asked];
  return all.filter((percent) => percent > has);
}

/** `turns new-checkout: off → 10 % → 50 %`. */
export function sayClimb({ key, before, percents, after }: FlagGround): string {
  const from = `${after === undefined ? 'turns' : `waits until ${after} has turned`} ${key}: ${sayFlag(before)}`;
  const stops = percents.filter((percent) => after === undefined || percent !== before.rolloutPercent);
  return [from, ...stops.map((percent) => `${percent} %`)].join(' → ');
}
