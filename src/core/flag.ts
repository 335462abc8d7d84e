import { z } from 'zod';

/** How a feature flag stands in one environment, as far as every service of flags can say it. */
export const FlagState = z.object({
  isOn: z.boolean(),
  /**
   * Of those who are asked for it, how many get it while it is on, in percent. Read: null where it is not one number,
   * because variations or several rules decide. Wanted: null leaves it as it is.
   */
  rolloutPercent: z.number().min(0).max(100).nullable(),
});
export type FlagState = z.infer<typeof FlagState>;

/** Keys as LaunchDarkly, Unleash and flagd take them: they become part of addresses, so that nothing else passes. */
export const FlagKey = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, dashes and _, at most 100');

/** Shares are told to a thousandth of a percent at the finest: what is nearer than that differs by rounding alone. */
const TOLERANCE = 0.0005;

/** Whether what is there is what was wanted. */
export function isFlagAs(seen: FlagState, wanted: FlagState): boolean {
  if (seen.isOn !== wanted.isOn) return false;
  if (wanted.rolloutPercent === null) return true;
  return seen.rolloutPercent !== null && Math.abs(seen.rolloutPercent - wanted.rolloutPercent) < TOLERANCE;
}

/** `on for 25 %`, `off`. */
export function sayFlag({ isOn, rolloutPercent }: FlagState): string {
  if (!isOn) return 'off';
  if (rolloutPercent === null) return 'on, for whom its own rules say';
  return rolloutPercent === 100 ? 'on for everybody' : `on for ${rolloutPercent} %`;
}
