import { z } from 'zod';
import { awsSettings } from '../../http/aws/settings.ts';
import { SecretUrl } from '../../http/secret-url.ts';

/** Names of clusters, services and containers: letters, digits, _ and - (the ECS API reference). */
const Name = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be letters, digits, _ and -');
const RULE =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener-rule\/app\/[A-Za-z0-9/-]{1,200}$/;
const GROUP = /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup\/[A-Za-z0-9/-]{1,200}$/;

/** What `platforms.<name>` takes beside `kind: ecs`. */
export const Settings = z.strictObject({
  ...awsSettings,
  endpoints: z
    .strictObject({
      ecs: SecretUrl,
      loadBalancing: SecretUrl,
    })
    .optional()
    .describe('other places where the APIs answer, such as those of a private network'),
});
export type Settings = z.infer<typeof Settings>;

/** What a service writes in slipway.yml to say where it lives here. */
export const Address = z.strictObject({
  cluster: Name,
  service: Name,
  container: Name.describe('which container of its task definition runs the image'),
  image: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/:-]{0,200}:\{version\}$/, 'must be an image and end with :{version}')
    .describe('what it runs, with {version} for its tag'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach it'),
});
export type Address = z.infer<typeof Address>;

/** What `router` takes in the address of a service of two ECS services: one rule of an Application Load Balancer. */
export const RouterAddress = z.strictObject({
  rule: z.string().regex(RULE, 'must be the ARN of a rule of a listener, and not of the listener'),
  arms: z
    .record(z.string(), z.string().regex(GROUP, 'must be the ARN of a target group'))
    .refine((arms) => new Set(Object.values(arms)).size === Object.keys(arms).length, 'each arm is a group')
    .refine((arms) => Object.keys(arms).length <= 5, 'a rule forwards to five target groups at most'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach it'),
});
export type RouterAddress = z.infer<typeof RouterAddress>;
