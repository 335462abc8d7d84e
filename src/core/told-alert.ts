import type { Scope } from './scope.ts';

/** What an alerting system of somebody else's tells of one alert. Its words are theirs, cut to one line. */
export type ToldAlert = {
  /** Who told it: the name of the webhook. */
  readonly from: string;
  /** Names the alert there, however often it comes back. */
  readonly fingerprint: string;
  readonly isFiring: boolean;
  readonly name: string;
  readonly severity: string | null;
  readonly summary: string | null;
  /** What of ours it is about. */
  readonly scope: Scope;
  /** Tells one time that it fires from the next. */
  readonly startedAtMs: number;
};
