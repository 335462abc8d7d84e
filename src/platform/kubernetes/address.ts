import { z } from 'zod';

/**
 * A name of an object: RFC 1123 subdomain, as the API server checks it
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
 */
const ObjectName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
    'must be a name as Kubernetes allows it: a-z, 0-9, - and .',
  );

/** Names of namespaces, Services and containers are RFC 1123 labels. */
const Label = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a-z, 0-9 and -, at most 63 letters');

/** `registry.example.com:5000/shop/api:{version}`; the letters are those of a reference to an image. */
const Image = z
  .string()
  .max(400)
  .regex(
    /^[a-z0-9][a-zA-Z0-9._/:-]*:[a-zA-Z0-9._-]*\{version\}[a-zA-Z0-9._-]*$/,
    'must name an image with {version} in its tag, such as registry.example.com/shop:{version}',
  );

const Common = {
  namespace: Label,
  image: Image.describe('the image of a version; {version} is what people type'),
  container: Label.optional().describe('which container runs it; may be left out where there is one'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach the service'),
};

const Two = z
  .tuple([ObjectName, ObjectName])
  .refine(([one, other]) => one !== other, 'must be two different Deployments')
  .describe('two Deployments that take turns');

const Rolling = z.strictObject({ mode: z.literal('rolling'), ...Common, deployment: ObjectName });

const BlueGreen = z.strictObject({
  mode: z.literal('blue-green'),
  ...Common,
  service: Label.describe('the Service whose selector is switched'),
  deployments: Two,
  replicas: z.int().min(1).max(1_000).optional().describe('pods of each; left out: as many as serve now'),
});

const Arm = z.strictObject({ deployment: ObjectName, service: Label });

const Gateway = z.strictObject({
  mode: z.literal('gateway'),
  ...Common,
  route: ObjectName.describe('the HTTPRoute whose weights are set'),
  arms: z
    .tuple([Arm, Arm])
    .refine(
      ([one, other]) => one.deployment !== other.deployment && one.service !== other.service,
      'must be two different Deployments, each with a Service of its own',
    ),
  replicas: z.int().min(1).max(1_000).optional().describe('pods of each; left out: as many as serve now'),
});

const Replicas = z.strictObject({
  mode: z.literal('replicas'),
  ...Common,
  service: Label.describe('the Service that both Deployments stand behind'),
  deployments: Two,
  replicas: z
    .int()
    .min(2)
    .max(100)
    .refine((pods) => 100 % pods === 0, 'must divide 100, so that every share is a whole number of pods')
    .describe('pods that serve together'),
});

const Argo = z.strictObject({ mode: z.literal('argo'), ...Common, rollout: ObjectName });

/** What a service writes in the configuration to say where it lives in a cluster, and how versions change there. */
export const Address = z.discriminatedUnion('mode', [Rolling, BlueGreen, Gateway, Replicas, Argo]);
export type Address = z.infer<typeof Address>;
export type AddressOf<Mode extends Address['mode']> = Extract<Address, { mode: Mode }>;
