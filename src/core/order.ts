import { z } from 'zod';
import { Version } from './plan.ts';

/** What was asked for, with all that is needed to draw its plan again when it starts. */
export const Order = z.object({
  purpose: z.enum(['deploy', 'roll-back']),
  service: z.string(),
  environment: z.string(),
  /** The services of a product with what each shall run, in an order in which each comes after its needs. */
  parts: z.array(z.object({ service: z.string(), version: Version })).optional(),
  /** Pinned when it was asked for: what a branch or tag points to later is another order. */
  version: Version,
  /** Null: what is configured for each of them. */
  strategy: z.string().nullable(),
  /** What was asked for instead of the configured pace; null leaves that as it is. */
  pace: z.object({ trafficPercents: z.array(z.number()).nullable(), observeMs: z.number().nullable() }),
  /** Gates that whoever asked leaves out, for the reason that they gave. Left out: none. */
  waives: z.array(z.string()).optional(),
  /** Feature flags that are turned to this share, besides those that are configured. */
  flags: z.array(z.object({ key: z.string(), percent: z.number() })).optional(),
  /** The version is deployed anew though it serves already, and not its flags turned alone. */
  again: z.literal(true).optional(),
  requestedBy: z.string(),
  why: z.string().nullable(),
  /** Begun by a clock, a queue or a push. */
  isAutomatic: z.boolean(),
});
export type Order = z.infer<typeof Order>;

/** Every service that it is for, with what each shall run. */
export function partsOf({ parts, service, version }: Order): readonly OrderPart[] {
  return parts ?? [{ service, version }];
}

export type OrderPart = { readonly service: string; readonly version: Version };
