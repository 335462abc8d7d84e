import { z } from 'zod';
import { EnvironmentName, ServiceName } from '../core/names.ts';
import { runbookPhases } from '../core/runbook.ts';
import { Approvals } from './approvals-schema.ts';
import { Channel, PersonOrGroup, Time, Words } from './words.ts';

const HOUR_MS = 3_600_000;

/** Words that come first after the command, so that no runbook can be meant by them. */
const reserved = ['start', 'approve', 'done', 'restored', 'failed', 'skip', 'retry', 'abort', 'status'];

export const RunbookName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter')
  .refine((name) => !name.startsWith('run-'), 'must not begin with run-, as runs do')
  .refine((name) => ![...reserved, 'report', 'help'].includes(name), 'is a word for what to do');

const Common = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter')
    .describe('What people type for it.'),
  phase: z.enum(runbookPhases).describe('Which part of a recovery it is.'),
  within: Time(1_000, 24 * HOUR_MS).describe('Longer than this, and the run halts and asks.'),
  needs: z
    .array(Words)
    .max(50)
    .optional()
    .describe('Names of earlier steps that come first; the step before it when left out.'),
  drill: z.boolean().default(false).describe('Whether a drill may carry it out too.'),
  undo: Words.pipe(z.string().max(500))
    .nullable()
    .default(null)
    .describe('How it would be taken back, for people.'),
};

const Place = {
  service: ServiceName.describe('Whose people it is about.'),
  environment: EnvironmentName,
};

const Step = z.discriminatedUnion(
  'do',
  [
    z.strictObject({
      do: z.literal('manual'),
      ...Common,
      instruction: Words.pipe(z.string().min(1).max(1_000)).describe('What a person has to do.'),
      owner: PersonOrGroup.nullable()
        .default(null)
        .describe('Who says how it went; null: whoever may recover.'),
    }),
    z
      .strictObject({
        do: z.literal('deploy'),
        ...Common,
        service: ServiceName,
        environment: EnvironmentName,
        from: EnvironmentName.nullable()
          .default(null)
          .describe('The environment whose last good version is meant; null: its own.'),
      })
      .describe('Deploys the last good version, with a card of its own.'),
    z
      .strictObject({
        do: z.literal('verify'),
        ...Common,
        service: ServiceName,
        environment: EnvironmentName,
      })
      .describe('Asks the gates of a service, and its platform whether it is healthy.'),
    z
      .strictObject({
        do: z.literal('freeze'),
        ...Common,
        service: ServiceName.nullable().default(null),
        environment: EnvironmentName.nullable().default(null),
      })
      .describe('Nothing new is deployed there until somebody lifts it.'),
    z
      .strictObject({
        do: z.literal('redirect'),
        ...Common,
        ...Place,
        platform: Words.describe('The router, by its name under platforms.'),
        address: z.json().describe("What the router takes, with its arms; the platform's own words."),
        shares: z
          .record(z.string().regex(/^[a-z][a-z0-9-]{0,29}$/), z.number().int().min(0).max(100))
          .refine(
            (shares) => Object.values(shares).reduce((sum, share) => sum + share, 0) === 100,
            'must add up to 100',
          )
          .describe('What each arm shall get, in percent; an arm that is left out is taken out.'),
      })
      .describe('Shares traffic out anew at a router.'),
    z
      .strictObject({
        do: z.literal('redirect-dns'),
        ...Common,
        ...Place,
        platform: Words.describe('Who answers for the name, by its name under platforms.'),
        address: z.json().describe("Which record; the platform's own words."),
        content: Words.pipe(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/)).describe(
          'Where it shall point: a name, or an address.',
        ),
      })
      .describe('Points a name of DNS somewhere else.'),
    z
      .strictObject({
        do: z.literal('failover'),
        ...Common,
        ...Place,
        to: Words.describe('The arm that gets all the traffic, as the address of the service calls it.'),
      })
      .describe('Gives all the traffic of a service with several arms to one of them.'),
    z
      .strictObject({
        do: z.literal('restore'),
        ...Common,
        ...Place,
        platform: Words.describe('Who keeps the data, by its name under platforms.'),
        address: z.json().describe("Which datastore; the platform's own words."),
      })
      .describe('Puts a datastore back to the last moment that there is, or to the one that is asked for.'),
    z.strictObject({
      do: z.literal('announce'),
      ...Common,
      text: Words.pipe(z.string().min(1).max(1_000)).describe('What is said where it is announced.'),
    }),
  ],
  'must be manual, deploy, verify, freeze, redirect, redirect-dns, failover, restore or announce',
);

export const RunbookFile = z
  .strictObject({
    summary: Words.pipe(z.string().max(200)).default(''),
    rto: Time(60_000, 30 * 24 * HOUR_MS).describe('How long it may take until people are served again.'),
    rpo: Time(1_000, 30 * 24 * HOUR_MS)
      .nullable()
      .default(null)
      .describe('How much of what was written may be lost, as time; null: nothing was promised.'),
    approvals: Approvals.prefault({ required: [{ needed: 2 }] }).describe(
      'Who has to say yes first: two different people who may recover, when left out.',
    ),
    channel: Channel.describe('Where its card stands.'),
    announce: Channel.nullable()
      .default(null)
      .describe('Where those hear of it who only wait; null: where the card stands.'),
    escalate: z
      .array(PersonOrGroup)
      .max(20)
      .default([])
      .describe('Who is called when nobody answers for five minutes.'),
    ownChannel: z
      .boolean()
      .default(false)
      .describe('Whether each run gets a channel of its own, where the workspace lets the app make one.'),
    failBack: Words.nullable().default(null).describe('The runbook that leads back.'),
    steps: z.array(Step).min(1).max(30),
  })
  .describe('What is done, by whom and by what, in which order.');
export type RunbookFile = z.output<typeof RunbookFile>;
