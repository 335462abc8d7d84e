import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { SecretUrl } from '../../http/secret-url.ts';

const AbsolutePath = z.string().max(1_000).refine(isAbsolute, 'must be an absolute path');

/** A file for people and for machines alike, as kubectl reads it. */
const ByKubeconfig = z.strictObject({
  kubeconfig: AbsolutePath.describe('the kubeconfig file to read'),
  context: z.string().min(1).max(253).optional().describe('left out: the one that the file calls current'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(4_096))
    .optional()
    .describe(
      'what a credential plugin of the kubeconfig finds in its environment, PATH and HOME among it; it inherits nothing',
    ),
});

/** Where Slipway itself runs in the cluster, as a service account. */
const InCluster = z.strictObject({
  serviceAccount: z.strictObject({
    server: SecretUrl.default('https://kubernetes.default.svc'),
    folder: AbsolutePath.default('/var/run/secrets/kubernetes.io/serviceaccount'),
  }),
});

/** What `platforms.<name>` takes beside `kind: kubernetes`. */
export const Settings = z.union([ByKubeconfig, InCluster]);
export type Settings = z.infer<typeof Settings>;
