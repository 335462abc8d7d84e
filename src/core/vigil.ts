import { z } from 'zod';
import { Numbers } from './numbers.ts';
import { Sums } from './turn.ts';
import { Verdict } from './verdict.ts';

/** What one source counts of a version that stands where it is while a person is waited for: of a bounded size. */
export const VigilSource = z.object({
  /** Where its next reading goes on; the source's own. */
  cursor: z.json().nullable(),
  latencyLimitsMs: z.array(z.number()),
  /** The last minutes in two parts: when the newer one has its length, it takes the place of the older one. */
  older: Sums.nullable(),
  newer: Sums.nullable(),
  /** When the newest stretch ended; null: nothing was counted yet. */
  readAtMs: z.number().nullable(),
  /** Why there are no present numbers, in one sentence without a full stop; null where there are. */
  missing: z.string().nullable(),
  /** Of the last minutes; null where nothing was counted. */
  numbers: Numbers.nullable(),
  numbersBefore: Numbers.nullable(),
  /** Of one that judges for itself; null for one that counts, and before it was asked. */
  verdict: Verdict.nullable(),
  /** How the new version was when it was begun to be waited for, or when something was last said of it. */
  than: z
    .object({ requests: z.number(), errors: z.number(), latencyP95Ms: z.number().nullable() })
    .nullable(),
  /** When it was last said to be worse. */
  saidAtMs: z.number().nullable(),
});
export type VigilSource = z.infer<typeof VigilSource>;

/** What is seen of a version that stands where it is while a person is waited for. Nothing is decided by it. */
export const Vigil = z.object({
  /** Since when a person is waited for. */
  sinceMs: z.number(),
  lookedAtMs: z.number(),
  /** Whether the place says that it is healthy. */
  health: Verdict,
  /** Whether it was ever seen to be ill, so that this is said once. */
  wasIll: z.boolean(),
  /** By the names of the sources that its plan watches it by. */
  sources: z.record(z.string(), VigilSource),
});
export type Vigil = z.infer<typeof Vigil>;

export type KeptVigil = Vigil & {
  /** When it was last written down. */
  readonly keptAtMs: number;
  /** In what it was last said to be clearly worse; null: in nothing so far. */
  readonly worse: { readonly say: string; readonly atMs: number } | null;
};
