import { z } from 'zod';
import { EnvironmentName, SpokenServiceName } from '../core/names.ts';
import { occasions } from '../core/notify.ts';
import { roles } from '../core/person.ts';
import { SecretReference } from '../secret/index.ts';
import { Approvals } from './approvals-schema.ts';
import { Escalation } from './escalation-schema.ts';
import { FlagClimbs, Flags, ServiceFlags } from './flags-schema.ts';
import { Alarms, Freezes } from './freezes-schema.ts';
import { Gates } from './gates-schema.ts';
import { Metrics } from './metrics-schema.ts';
import { Migrations } from './migrations-schema.ts';
import { ConfiguredPlatform, Product } from './products-schema.ts';
import { RunbookFile, RunbookName } from './runbook-schema.ts';
import { Slack } from './slack-schema.ts';
import { WatchFile } from './watch-schema.ts';
import { Webhooks } from './webhooks-schema.ts';
import {
  Account,
  Channel,
  GroupName,
  Names,
  Person,
  PersonOrGroup,
  Time,
  UserGroup,
  Words,
} from './words.ts';

/** Names are what people type in commands, so they must not be what commands take for something else. */
const Service = SpokenServiceName.refine(
  (name) => name !== 'help',
  'cannot be help, which asks for help',
).refine((name) => name !== 'all', 'cannot be all, which is every service');

/** A number that may be left out of the judgement by writing null. */
const Limit = (schema: z.ZodNumber) => schema.nullable();

const Criteria = z
  .strictObject({
    errorPercentMax: Limit(z.number().min(0).max(100)).describe(
      'Errors in percent of the requests; null: not judged.',
    ),
    latencyP95MsMax: Limit(z.number().positive()).describe(
      '95 of 100 requests answer within this; null: not judged.',
    ),
    memoryMbMax: Limit(z.number().positive()).describe('Memory of the new version; null: not judged.'),
    requestsMin: z.number().int().positive().describe('With fewer requests than this nothing is concluded.'),
  })
  .describe('When what is watched counts as good.');

const Pace = z
  .strictObject({
    traffic: z
      .array(z.number().gt(0).lt(100))
      .max(20)
      .refine(
        (shares) => shares.every((share, index) => index === 0 || share > (shares[index - 1] ?? 0)),
        'must rise',
      )
      .nullable()
      .default(null)
      .describe("Shares of the traffic to stop at before 100, in percent. Null: the strategy's own."),
    observe: Time(1_000, 24 * 3_600_000).describe('How long to watch at each stop.'),
    releaseDeadline: Time(1_000, 3_600_000).describe('How long a new version may take to become healthy.'),
    keep: Time(1_000, 7 * 24 * 3_600_000)
      .prefault('10m')
      .describe('How long blue-green keeps the version before ready to take over again.'),
  })
  .describe('How carefully to go.');

const Target = z.strictObject({
  platform: Words.describe('Where it runs.'),
  address: z.unknown().describe("What the platform needs to find it; the platform's own words."),
  strategy: Words.describe('How a new version takes over.'),
  pace: Pace,
  gates: Gates,
  flags: FlagClimbs,
  criteria: Criteria.nullable()
    .default(null)
    .describe('Hard limits; null, and no watch: nothing is watched, and every plan says so.'),
  watch: WatchFile.nullable()
    .default(null)
    .describe('Null: by the criteria, with the numbers of the platform.'),
});

/** What stands beside `kind` is the source's own. */
const Source = z
  .looseObject({ kind: Words.describe('What keeps its history, such as changelog.') })
  .describe('Where its code comes from: what differs between two versions is asked there.');

const Grant = z.strictObject({
  role: z.enum(roles),
  people: z
    .array(PersonOrGroup)
    .max(10_000)
    .describe('Ids of people and user groups, and names of groups. An empty list is nobody.'),
  services: Names.describe('all, or the names of services.'),
  environments: Names.describe('all, or the names of environments.'),
});

const Notify = z
  .strictObject({
    channels: z.array(Channel).min(1).max(20).describe('Who is told.'),
    services: Names.default('all').describe('all, or the names of services.'),
    environments: Names.default('all').describe('all, or the names of environments.'),
    on: z.array(z.enum(occasions)).min(1).describe('What is told; the cards stand in their channels anyway.'),
    severityMin: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
      .nullable()
      .default(null)
      .describe(
        'The mildest problem that is told: 1 needs a person, 3 was taken back. What went well has none. Null: everything.',
      ),
  })
  .describe('Who is told of what besides the cards.');

const Engine = z
  .strictObject({
    lease: Time(2_000, 600_000).optional().describe('A crash is noticed after this.'),
    reconcileEvery: Time(1_000, 600_000).optional().describe('How often everything is looked over.'),
    sampleEvery: Time(1_000, 600_000).optional().describe('How often counters are read, for charts.'),
    lookEvery: Time(1_000, 3_600_000).optional().describe('How often platforms are asked what really runs.'),
    outboxLate: Time(1_000, 3_600_000).optional().describe('When unsent messages are said to be late.'),
  })
  .prefault({});

const Audit = z
  .strictObject({
    key: SecretReference.nullable()
      .default(null)
      .describe(
        'The private Ed25519 key, as PEM, that checkpoints of the record are signed with. Null: without a database of its own the program makes one in SLIPWAY_HOME; with one, nothing is signed.',
      ),
    anchors: Words.pipe(
      z
        .string()
        .regex(
          /^\/[^\0]{1,1000}$/,
          'must be the absolute path of a file, such as /var/lib/slipway/anchors.jsonl',
        ),
    )
      .nullable()
      .default(null)
      .describe(
        'A file that every checkpoint is added to, best where the database is not. Null: in SLIPWAY_HOME.',
      ),
    channel: Channel.nullable().default(null).describe('Where every checkpoint is posted. Null: nowhere.'),
  })
  .prefault({});

const Port = z.number().int().min(0).max(65_535);

/** slipway.yml, as it is written. */
export const SlipwayFile = z
  .strictObject({
    slack: Slack,
    engine: Engine,
    http: z
      .strictObject({
        port: Port.nullable().default(null).describe('Null: PORT, or 3000.'),
        webhookPort: Port.nullable()
          .default(null)
          .describe('A port for webhooks alone. Null: the one that Slack delivers to over HTTP.'),
      })
      .prefault({}),
    telemetry: z
      .strictObject({
        level: z
          .enum(['debug', 'info', 'warn', 'error'])
          .nullable()
          .default(null)
          .describe('Null: LOG_LEVEL, or info.'),
        metrics: Words.pipe(
          z
            .string()
            .regex(
              /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:]{2,39}\]):[0-9]{1,5}$/i,
              'must be host:port, such as 127.0.0.1:9464',
            ),
        )
          .nullable()
          .default(null)
          .describe('Where Prometheus may read /metrics. Null: nowhere.'),
      })
      .prefault({}),
    audit: Audit,
    environments: z.record(
      EnvironmentName,
      z.strictObject({
        channel: Channel.describe('Where its deployments are shown.'),
        protected: z.boolean().describe('Whether nothing is deployed there without approval.'),
        approvals: Approvals.nullable()
          .default(null)
          .describe(
            'Who has to say yes first. Null in a protected environment: nobody can, and nothing is deployed.',
          ),
      }),
    ),
    platforms: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name of small letters, digits and dashes')
          .refine((name) => name !== 'local', 'cannot be local, which is this machine'),
        ConfiguredPlatform,
      )
      .prefault({})
      .describe('Where services run, by the names that targets use. local is always there.'),
    products: z.record(Service, Product).prefault({}).describe('Services that are deployed together.'),
    services: z.record(
      Service,
      z.strictObject({
        summary: Words.pipe(z.string().max(200)).default(''),
        needs: z.array(Words).max(100).default([]).describe('Services that have to be healthy first.'),
        source: Source.nullable()
          .default(null)
          .describe('Null: versions are compared by their names alone, and every answer says so.'),
        migrations: Migrations.nullable().default(null).describe('Null: no database of it is known.'),
        flags: ServiceFlags,
        targets: z.record(EnvironmentName, Target),
      }),
    ),
    people: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), z.array(Account).min(1).max(20))
      .prefault({})
      .describe('Which accounts belong to one human being: nobody approves their own, by whatever account.'),
    groups: z
      .record(GroupName, z.array(z.union([Person, Words.pipe(UserGroup)])).max(1_000))
      .prefault({})
      .describe('Named groups of people and user groups, for grants and approvals.'),
    emergency: z
      .strictObject({
        channels: z.array(Channel).max(20).default([]).describe('Hear of every break-glass.'),
        reviewWithin: Time(3_600_000, 14 * 24 * 3_600_000)
          .prefault('72h')
          .describe('How long a second person has to review a break-glass.'),
      })
      .prefault({})
      .describe('What is loud when the glass is broken.'),
    notify: z.array(Notify).max(100).default([]).describe('Who else is told of what.'),
    escalation: Escalation,
    freezes: Freezes,
    alarms: Alarms,
    metrics: Metrics,
    flags: Flags,
    webhooks: Webhooks,
    runbooks: z
      .record(RunbookName, RunbookFile)
      .prefault({})
      .describe('What is to be done when a place is lost, written while it is not.'),
    grants: z.array(Grant).max(1_000).describe('Who may do what where. What is not granted is refused.'),
  })
  .describe('The configuration of Slipway.');
export type SlipwayFile = z.output<typeof SlipwayFile>;
