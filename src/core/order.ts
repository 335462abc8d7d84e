import { z } from 'zod';
import { Version } from './plan.ts';

/** What was asked for, with all that is needed to draw its plan again when it starts. */
export const Order = z.object({
  purpose: z.enum(['deploy', 'roll-back']),
  service: z.string(),
  environment: z.string(),
  /** Pinned when it was asked for: what a branch or tag points to later is another order. */
  version: Version,
  strategy: z.string(),
  /** What was asked for instead of the configured pace; null leaves that as it is. */
  pace: z.object({ trafficPercents: z.array(z.number()).nullable(), observeMs: z.number().nullable() }),
  requestedBy: z.string(),
  why: z.string().nullable(),
  /** Begun by a clock, a queue or a push. */
  isAutomatic: z.boolean(),
});
export type Order = z.infer<typeof Order>;
