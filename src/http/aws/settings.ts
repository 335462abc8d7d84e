import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';

/** What whoever asks AWS has to say: where, and as whom. */
export const awsSettings = {
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-[0-9]$/, 'must be a region, such as eu-central-1'),
  credentials: z
    .strictObject({
      accessKeyId: SecretReference.describe('where it is kept, such as env:AWS_ID'),
      secretAccessKey: SecretReference.describe('where it is kept, such as env:AWS_SECRET'),
      sessionToken: SecretReference.optional().describe('where it is kept'),
    })
    .optional()
    .describe("left out: as AWS's own tools find them, by role, profile or environment"),
};
export type AwsSettings = {
  readonly region: string;
  readonly credentials?: z.infer<typeof awsSettings.credentials>;
};

/** China has a domain of its own. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
