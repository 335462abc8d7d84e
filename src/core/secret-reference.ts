import { z } from 'zod';

/** What is said of something that should be a reference and is not: it may be the secret, so it is never repeated. */
export const REFERENCE_RULE =
  'must say where the secret is kept, such as env:SLACK_BOT_TOKEN or file:/run/secrets/slack; the secret itself is never written here, because this file is read by many and kept for ever';

/** Where a secret is kept, never what it is. */
export const SecretReference = z
  .string()
  .regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\0]{1,1000})$/, REFERENCE_RULE);
