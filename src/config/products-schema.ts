import { z } from 'zod';
import { onFailures } from '../core/catalog.ts';
import { Words } from './words.ts';

/** What stands beside `kind` is the platform's own. */
export const ConfiguredPlatform = z
  .looseObject({ kind: Words.describe('What it is, such as render or kubernetes.') })
  .describe('An account, a cluster or a host of ours: whom to ask, and where the secrets for that are kept.');

export const Product = z
  .strictObject({
    summary: Words.pipe(z.string().max(200)).default(''),
    services: z
      .array(Words)
      .min(2)
      .max(50)
      .describe('What is deployed together; what comes after what is said by their needs.'),
    onFailure: z
      .enum(onFailures)
      .default('take-back')
      .describe(
        'When one of them fails: take-back brings all of them back; ask stops there, and a person decides.',
      ),
  })
  .describe('Several services that people order under one name.');
