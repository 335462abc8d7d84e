import { z } from 'zod';

/** A gate that is not asked at a target this time, because a person has said so. */
export const Waiver = z.object({
  gate: z.string(),
  target: z.string(),
  /** Whoever takes it upon themselves. */
  by: z.string(),
  why: z.string(),
});
export type Waiver = z.infer<typeof Waiver>;

/** `no-alerts is not asked at api/production: the fix is in this version`. */
export function sayWaiver({ gate, target, why }: Waiver): string {
  return `${gate} is not asked at ${target}: ${why}`;
}
