import { z } from 'zod';

/** What is told of one function. Status words are theirs and read as they come. */
export const EdgeFunction = z.object({
  id: z.string().min(1),
  slug: z.string(),
  name: z.string(),
  status: z.string(),
  version: z.number().int().nonnegative(),
  /** Milliseconds; left out of the answer to a deployment. */
  updated_at: z.number().optional(),
  verify_jwt: z.boolean().optional(),
  entrypoint_path: z.string().optional(),
  import_map_path: z.string().optional(),
  /** SHA-256 of the bundle as it is kept there. */
  ezbr_sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
export type EdgeFunction = z.infer<typeof EdgeFunction>;

export const Project = z.object({ status: z.string() });

export const PartHealth = z.object({
  name: z.string(),
  healthy: z.boolean(),
  status: z.string(),
  error: z.string().optional(),
});
export type PartHealth = z.infer<typeof PartHealth>;

/** `value` is a digest, never the secret itself (Supabase's dashboard shows it as such). */
export const Secrets = z.array(z.object({ name: z.string().min(1), value: z.string() }));

export const Branch = z.object({
  id: z.uuid(),
  name: z.string(),
  project_ref: z.string(),
  parent_project_ref: z.string(),
  is_default: z.boolean(),
  persistent: z.boolean(),
  status: z.string(),
  created_at: z.string().optional(),
  preview_project_status: z.string().optional(),
});
export type Branch = z.infer<typeof Branch>;

export const Backups = z.object({
  pitr_enabled: z.boolean(),
  backups: z.array(z.object({ status: z.string(), inserted_at: z.string() })),
});
export type Backups = z.infer<typeof Backups>;

export const LogAnswer = z.object({
  result: z.array(z.unknown()).optional(),
  error: z.union([z.string(), z.object({ message: z.string() })]).nullish(),
});

/** One row of `function_logs`. Times are microseconds. */
export const LogRow = z.object({
  timestamp: z.number(),
  event_message: z.string(),
  level: z.string().nullish(),
  version: z.union([z.string(), z.number()]).nullish(),
});
