import { z } from 'zod';

const Said = z.object({ message: z.string() });

/**
 * What everything comes in. Cloudflare says no with `success: false`, which also arrives with a status of 200, so the
 * word decides and never the status.
 */
export function Envelope<T>(Result: z.ZodType<T>) {
  return z.discriminatedUnion('success', [
    z.object({ success: z.literal(true), result: Result }),
    z.object({ success: z.literal(false), errors: z.array(Said).min(1) }),
  ]);
}

const Annotations = z
  .object({ 'workers/tag': z.string().optional(), 'workers/message': z.string().optional() })
  .optional();

/** Both as `GET …/versions` lists them and as `GET …/versions/{id}` answers. */
export const WorkerVersion = z.object({
  id: z.string().min(1),
  number: z.number().int().nonnegative(),
  metadata: z.object({ created_on: z.string().optional(), author_email: z.string().optional() }).optional(),
  annotations: Annotations,
});
export type WorkerVersion = z.infer<typeof WorkerVersion>;

export const WorkerVersions = z.object({ items: z.array(WorkerVersion) });

/** What is bound to a version. Of secrets only the name is ever told. */
export const BoundVersion = z.object({
  resources: z.object({
    bindings: z
      .array(z.object({ name: z.string(), type: z.string(), text: z.string().optional() }))
      .optional(),
  }),
});
export type BoundVersion = z.infer<typeof BoundVersion>;

/** The strategy is a word of theirs: only `percentage` is known to us. */
export const WorkerDeployment = z.object({
  id: z.string(),
  created_on: z.string().optional(),
  source: z.string().optional(),
  strategy: z.string(),
  versions: z.array(z.object({ version_id: z.string().min(1), percentage: z.number() })),
  annotations: Annotations,
});
export type WorkerDeployment = z.infer<typeof WorkerDeployment>;

export const WorkerDeployments = z.object({ deployments: z.array(WorkerDeployment) });

/** `GET …/script-settings`: whether logs are kept is not in the description of 2024; npm `cloudflare` 7.3.0 types it. */
export const ScriptSettings = z.object({
  observability: z
    .object({
      enabled: z.boolean(),
      head_sampling_rate: z.number().nullish(),
      logs: z.object({ enabled: z.boolean(), head_sampling_rate: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
export type ScriptSettings = z.infer<typeof ScriptSettings>;

export const LoadBalancer = z.object({
  name: z.string().optional(),
  enabled: z.boolean().optional(),
  steering_policy: z.string().optional(),
  default_pools: z.array(z.string()),
  session_affinity: z.string().optional(),
  /** Rules and regions may send somebody elsewhere whatever the weights say. */
  rules: z.array(z.object({ disabled: z.boolean().optional() })).nullish(),
  region_pools: z.record(z.string(), z.unknown()).nullish(),
  country_pools: z.record(z.string(), z.unknown()).nullish(),
  pop_pools: z.record(z.string(), z.unknown()).nullish(),
  random_steering: z
    .object({
      default_weight: z.number().optional(),
      pool_weights: z.record(z.string(), z.number()).optional(),
    })
    .nullish(),
});
export type LoadBalancer = z.infer<typeof LoadBalancer>;

export const Pool = z.object({ id: z.string(), enabled: z.boolean().optional() });

/** `GET …/pools/{id}/health`: by the place that looked. */
export const PoolHealth = z.object({
  pop_health: z.record(z.string(), z.object({ healthy: z.boolean().optional() })).nullish(),
});
export type PoolHealth = z.infer<typeof PoolHealth>;
