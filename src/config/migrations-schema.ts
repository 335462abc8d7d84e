import { z } from 'zod';
import { EnvironmentName } from '../core/names.ts';
import { REFERENCE_RULE } from '../secret/index.ts';
import { Time, Words } from './words.ts';

/** A path below the source or the folder of the services; nothing that leads out of it. */
const Folder = Words.pipe(
  z
    .string()
    .min(1)
    .max(300)
    .refine(
      (path) => !path.split('/').includes('..') && !path.includes('\0') && !path.includes('\\'),
      'must be a folder such as supabase/migrations, without .. in it',
    ),
);

const Integrity = z.strictObject({
  name: Words.pipe(z.string().min(1).max(100)).describe('What people read when it finds something.'),
  query: Words.pipe(z.string().min(1).max(5_000)).describe(
    'One SELECT that gives no rows, or one true, when all is well.',
  ),
});

/** Where a secret is kept; or a name in SLIPWAY_HOME, for a database that belongs to this program. */
const Database = z
  .string()
  .regex(
    /^(?:embedded:[a-z][a-z0-9-]{0,39}|env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:\/[^\0]{1,1000})$/,
    REFERENCE_RULE,
  );

/** In the words in which a step `restore` of a runbook names one. */
const Datastore = z.strictObject({
  platform: Words.describe('Who keeps the data, by its name under platforms.'),
  address: z.json().describe("Which datastore; the platform's own words, such as the project."),
});

export const Migrations = z
  .strictObject({
    kind: Words.describe('How they are written: supabase, sql, prisma, drizzle, knex or flyway.'),
    folder: Folder.describe('Where they are, such as supabase/migrations.'),
    from: z
      .enum(['source', 'checkout'])
      .default('source')
      .describe(
        'source: as they are in the source at the commit that is deployed. checkout: as they are in the folder of the services on this host, whatever is deployed.',
      ),
    databases: z
      .record(EnvironmentName, Database)
      .describe(
        'For each environment where the address of its database is kept, such as env:DATABASE_URL. embedded:orders is a database of this program itself, in SLIPWAY_HOME, for trying things out.',
      ),
    datastores: z
      .record(EnvironmentName, Datastore)
      .default({})
      .describe(
        'For each environment which platform keeps its database and can put it back to a moment, such as a project of Supabase with point-in-time recovery. Where nothing is written the database is asked itself whether it can mark one.',
      ),
    lockTimeout: Time(100, 600_000).prefault('5s').describe('How long a statement may wait for a lock.'),
    statementTimeout: Time(1_000, 24 * 3_600_000)
      .prefault('10m')
      .describe('How long one statement may take.'),
    contractAfter: Time(1_000, 90 * 24 * 3_600_000)
      .prefault('24h')
      .describe('So long after the last deployment nothing is taken away that the version before needed.'),
    protect: z
      .enum(['if-possible', 'required'])
      .default('if-possible')
      .describe(
        'required: nothing is run where no moment can be marked or is kept to put the database back to.',
      ),
    readOnly: z
      .boolean()
      .default(false)
      .describe('Whether new connections to the database may only read while a migration runs.'),
    integrity: z.array(Integrity).max(50).default([]).describe('What is asked of the database afterwards.'),
  })
  .describe('How the database of the service changes.');
