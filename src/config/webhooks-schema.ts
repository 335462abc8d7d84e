import { z } from 'zod';
import { SecretReference } from '../secret/index.ts';
import { Words } from './words.ts';

const Label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'must be the name of a label');

/** Who tells us that something has happened; what they say is never believed, and only makes us look at once. */
export const Webhooks = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter'),
    z.strictObject({
      kind: z
        .enum(['github', 'render', 'vercel', 'signed', 'alertmanager'])
        .describe(
          'Whose it is; signed is for everything else: HMAC-SHA256 over timestamp.body. alertmanager tells of alerts.',
        ),
      secret: SecretReference.describe(
        'What its deliveries are signed with; of alertmanager the bearer token that they carry.',
      ),
      platforms: z
        .array(Words)
        .min(1)
        .max(50)
        .nullable()
        .default(null)
        .describe('Only what runs there is looked at. Null: the platforms of its kind, or everything.'),
      labels: z
        .strictObject({ service: Label.default('service'), environment: Label.default('environment') })
        .optional()
        .describe('Of alertmanager: the labels that name a service and an environment of ours.'),
    }),
  )
  .prefault({})
  .describe('Who may ring at /webhooks/<name>: then what runs is read at once, and nothing else happens.');
