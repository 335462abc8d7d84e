import type { Capabilities } from '../capability.ts';
import type { FlagGround } from '../flag-climb.ts';

/** One thing to do at one target; which target, after what and until when is added when the plan is drawn. */
export type Move =
  | { readonly kind: 'release' }
  /** The new version takes the place of the one before it, in one go. */
  | { readonly kind: 'replace' }
  | { readonly kind: 'route'; readonly trafficPercent: number }
  /** After everything that gives the new version traffic; no strategy's own. */
  | { readonly kind: 'flag'; readonly flag: FlagGround; readonly percent: number }
  | { readonly kind: 'observe' }
  /** Goes on only when a person says so. */
  | { readonly kind: 'ask'; readonly question: string; readonly yes: string }
  /** The version before it stays, ready to take over again. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'retire' };

/** Shares of the traffic to stop at before 100, rising; null leaves them to the strategy. */
export type Stops = { readonly trafficPercents: readonly number[] | null };

/** A strategy only chooses how the new version takes over; gates are wrapped around it. */
export type Strategy = {
  readonly id: string;
  /** One sentence for people who choose. */
  readonly summary: string;
  /** Null where it can be done, or the sentence that says why it cannot. */
  lacks(capabilities: Capabilities): string | null;
  /** `trafficPercents` is null where the strategy's own stops shall be used. */
  takeOver(stops: Stops, capabilities: Capabilities): readonly Move[];
};

/** The reason why traffic cannot be shared between two versions, or null. */
export function lacksWeights({ traffic }: Capabilities): string | null {
  if (!traffic.can) return traffic.say;
  return traffic.how.kind === 'flip' ? 'traffic can only be switched as a whole there' : null;
}

/** The reason why a second version cannot be brought up without traffic, or null. */
export function lacksStaging({ staged, traffic }: Capabilities): string | null {
  if (!staged.can) return staged.say;
  return traffic.can ? null : traffic.say;
}
