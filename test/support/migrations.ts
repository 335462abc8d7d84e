import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Client } from 'pg';
import type { Run } from '../../src/migration/database.ts';
import { checkScript } from '../../src/migration/index.ts';
import type { Ledger } from '../../src/migration/migration.ts';
import { checksumOf } from '../../src/migration/naming.ts';

/** A migration as the engine hands it on, with everything usual. */
export async function runOf(id: string, sql: string, more: Partial<Run> = {}): Promise<Run> {
  const script = await checkScript(sql);
  if (script.kind !== 'read') throw new Error(script.say);
  const { statements, isTransactional, light } = script;
  return {
    service: 'api',
    migration: { id, name: id, sql, checksum: checksumOf(sql) },
    statements,
    isTransactional,
    light,
    ledger: null,
    intentId: `d-00000000/migrate.api/production/forward/${id}`,
    deploymentId: 'd-00000000',
    version: 'v2',
    lockTimeoutMs: 2_000,
    statementTimeoutMs: 60_000,
    isReadOnly: false,
    stillMay: async () => undefined,
    ...more,
  };
}

export function lookedFor(run: Run, ledger: Ledger | null = run.ledger) {
  return { service: run.service, migrations: [run.migration], ledger };
}

/** Asks the database itself, past everything that is tested. */
export async function ask<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Until something is so in the database. */
export async function until(url: string, sql: string): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) {
    if ((await ask(url, sql)).length > 0) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`It never came to that: ${sql}`);
}

/** Somebody of ours waits in the middle of a migration. */
export const isPaused = `select 1 from pg_stat_activity
  where application_name = 'slipway migrations' and state = 'active' and wait_event = 'PgSleep'`;

/** Nobody of ours is there any more. */
export const isGone = `select 1 where not exists
  (select 1 from pg_stat_activity where application_name = 'slipway migrations')`;

/** A process of its own that applies one migration, to be killed. */
export function applyElsewhere(url: string, run: Run): ChildProcess {
  const runner = resolve('dist/src/migration/index.js');
  const program = `
    const { openPostgres } = await import(${JSON.stringify(runner)});
    const run = { ...${JSON.stringify(run)}, stillMay: async () => undefined };
    await openPostgres(async () => ${JSON.stringify(url)}).apply(run);`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
}
