import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';

const BASE_URL = 'https://api.supabase.com';

/** The parts of a project that tell how they are (official description, `services` of `…/health`). */
const HEALTH_SERVICES = [
  'auth',
  'db',
  'db_postgres_user',
  'pooler',
  'realtime',
  'rest',
  'storage',
  'pg_bouncer',
] as const;

export const Settings = z.strictObject({
  token: SecretReference.describe('reference to an access token, such as env:SUPABASE_ACCESS_TOKEN'),
  bundles: z
    .string()
    .refine(isAbsolute, 'must be the whole path of a folder')
    .describe('where CI puts what can be deployed: <version>/<function>.ts'),
  baseUrl: SecretUrl.default(BASE_URL).describe('where the API is, for stand-ins'),
});
export type Settings = z.infer<typeof Settings>;

/** Patterns of the official description: `ref`, and the `slug` of `…/functions/deploy`. */
export const Address = z.strictObject({
  project: z
    .string()
    .regex(/^[a-z]{20}$/, 'is 20 letters, as in the address of its dashboard')
    .describe('the reference of the project'),
  function: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, 'must be letters, digits, _ and -, starting with a letter')
    .describe('the slug of the edge function'),
  verifyJwt: z.boolean().default(true).describe('whether only requests with a valid JWT reach it'),
  needs: z
    .array(z.enum(HEALTH_SERVICES))
    .min(1)
    .default(['db'])
    .describe('which parts of the project have to be healthy for the function to be'),
});
export type Address = z.infer<typeof Address>;
