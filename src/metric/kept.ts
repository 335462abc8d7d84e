import { z } from 'zod';
import type { Cursor } from './metric.ts';
import { type ArmTotals, NO_USE, Totals, unsoundness } from './totals.ts';

const KeptArm = z.object({
  releaseId: z.string(),
  atMs: z.number(),
  /** As pairs, because a pod may be called like something that every object has. */
  pods: z.array(z.tuple([z.string(), Totals])),
  /** Since when nothing was counted, and how much would have been by now, going by what the other version counts. */
  still: z.object({ sinceMs: z.number(), expected: z.number() }).nullable(),
});
export type KeptArm = z.infer<typeof KeptArm>;

/** What is remembered between two readings of totals: a few dozen pods at most, whatever there are. */
const Kept = z.object({
  latencyLimitsMs: z.array(z.number()),
  canary: KeptArm.nullable(),
  stable: KeptArm.nullable(),
});
export type Kept = z.infer<typeof Kept>;

/** What was remembered; null where there is nothing, or where it is not ours: then counting begins anew. */
export function keptFrom(cursor: Cursor): Kept | null {
  return Kept.safeParse(cursor).data ?? null;
}

export function asTotals(kept: KeptArm): ArmTotals {
  return { atMs: kept.atMs, pods: new Map(kept.pods), use: NO_USE };
}

/** What of a reading is worth remembering: nothing is ever compared with what nobody can have counted. */
export function worthKeeping(pods: ReadonlyMap<string, Totals>): [string, Totals][] {
  return [...pods].flatMap(([name, totals]) =>
    unsoundness(totals) === null ? [[name, finite(totals)] as [string, Totals]] : [],
  );
}

/** JSON knows no NaN: what is not a number is not measured. */
function finite(totals: Totals): Totals {
  const orNull = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  const business = Object.entries(totals.business).filter(
    ([, { hits, of }]) => Number.isFinite(hits) && Number.isFinite(of),
  );
  return {
    ...totals,
    business: Object.fromEntries(business),
    restarts: orNull(totals.restarts),
    beganAtMs: orNull(totals.beganAtMs),
  };
}
