import type { Capabilities } from '../capability.ts';
import type { Pace } from '../catalog.ts';

/** One thing to do at one target; which target, after what and until when is added when the plan is drawn. */
export type Move =
  | { readonly kind: 'release' }
  | { readonly kind: 'route'; readonly trafficPercent: number }
  | { readonly kind: 'observe' }
  | { readonly kind: 'retire' };

/** A strategy only chooses how the new version takes over; gates are wrapped around it. */
export type Strategy = {
  readonly id: string;
  /** One sentence for people who choose. */
  readonly summary: string;
  /** Null where it can be done, or the sentence that says why it cannot. */
  lacks(capabilities: Capabilities): string | null;
  takeOver(pace: Pace): readonly Move[];
};

/** The reason why a second version cannot be brought up without traffic, or null. */
export function lacksStaging({ staged, traffic }: Capabilities): string | null {
  if (!staged.can) return staged.say;
  return traffic.can ? null : traffic.say;
}
