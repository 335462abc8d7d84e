import { z } from 'zod';
import { awsSettings } from '../../http/aws/settings.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import { By } from '../label.ts';
import { Span, spanMs } from '../span.ts';

/** What `metrics.<name>` takes beside `kind: cloudwatch`, and beside its alarms and load balancers. */
export const Settings = z.strictObject({
  ...awsSettings,
  url: SecretUrl.optional().describe(
    'another place where the API answers, such as that of a private network',
  ),
});
export type Settings = z.infer<typeof Settings>;

/** CloudWatch keeps what is finer than a minute for three hours only, and load balancers report every minute. */
const Step = Span(60_000, 600_000)
  .refine((text) => spanMs(text) % 60_000 === 0, 'must be whole minutes')
  .default('60s')
  .describe('how long one window is');
const Lag = Span(0, 1_800_000).default('3m').describe('how late the last of a window may arrive');

/** `MetricName`, `Namespace` and dimensions take printable ASCII (CloudWatch's API reference, "Metric"). */
const Name = z.string().regex(/^[!-~](?:[ -~]{0,253}[!-~])?$/, 'must be a name as CloudWatch has it');

export const Query = z
  .strictObject({
    namespace: Name.describe('such as AWS/Lambda, or one of your own'),
    dimensions: z.record(Name, Name).default({}).describe('which numbers are its own'),
    versionDimension: Name.describe('the dimension that tells versions apart, such as ExecutedVersion'),
    by: By.default('version').describe('what that dimension holds'),
    requests: Name.describe('a count'),
    errors: z.strictObject({
      metric: Name,
      absent: z
        .enum(['unknown', 'none'])
        .default('unknown')
        .describe('what requests without any count of errors mean'),
    }),
    latency: z.strictObject({ metric: Name, unit: z.enum(['s', 'ms', 'us']) }).optional(),
    step: Step,
    lag: Lag,
  })
  .refine(
    ({ dimensions }) => Object.keys(dimensions).length <= 29,
    'has more dimensions than CloudWatch knows',
  );
export type Query = z.infer<typeof Query>;

const Group = z
  .string()
  .regex(
    /^targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
    'must be the end of the ARN of a target group, such as targetgroup/shop-blue/0123456789abcdef',
  );

export const LoadBalancerQuery = z.strictObject({
  loadBalancer: z
    .string()
    .regex(
      /^app\/[A-Za-z0-9-]{1,32}\/[0-9a-f]{16}$/,
      'must be the end of its ARN, such as app/shop/0123456789abcdef',
    ),
  targetGroups: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,29}$/), Group)
    .refine((groups) => Object.keys(groups).length >= 1, 'names no target group')
    .refine(
      (groups) => new Set(Object.values(groups)).size === Object.keys(groups).length,
      'has the same target group twice, so that a version would be compared with itself',
    )
    .describe('which of them stands behind each arm of the address'),
  unanswered: z
    .enum(['errors', 'ignored'])
    .default('errors')
    .describe('what requests are that no target answered with a status; ignored where they are WebSockets'),
  step: Step,
  lag: Lag,
});
export type LoadBalancerQuery = z.infer<typeof LoadBalancerQuery>;

export const AlarmsQuery = z.strictObject({
  alarms: z.array(Name).min(1).max(100).describe('their names; every one counts'),
});
