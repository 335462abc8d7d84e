import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Apart, openApart, secrets } from '../scenario/apart.ts';
import { until } from '../scenario/until.ts';
import { answerTo, cardsOf, ended, order } from '../scenario/watching.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const PASSWORD = 'database-canary-4p8r';
const canaries = [secrets.botToken, secrets.signingSecret, PASSWORD];

/** Whatever of our secrets stands in there, also in the usual disguises. */
function leaks(text: string): string[] {
  return canaries.filter((canary) =>
    [
      canary,
      encodeURIComponent(canary),
      Buffer.from(canary).toString('base64').replace(/=+$/, ''),
      Buffer.from(canary).toString('hex'),
      canary.slice(0, -2),
    ].some((disguise) => text.includes(disguise)),
  );
}

describe.sequential('over a whole story, with everything logged', () => {
  let apart: Apart;
  let postgres: TestPostgres | null = null;

  beforeAll(async () => {
    const started = await startPostgres();
    if ('unavailable' in started)
      skipped('the password of a database in a whole story', started.unavailable, started.install);
    else postgres = started;
    const url = postgres === null ? null : new URL(await postgres.createDatabase());
    if (url !== null) url.password = PASSWORD;
    apart = await openApart(2, { LOG_LEVEL: 'debug', ...(url === null ? {} : { DATABASE_URL: url.href }) });
  });
  afterAll(async () => {
    await apart?.close();
    await postgres?.stop();
  });

  test('a good day and a bad one are lived through', async () => {
    const ada = await apart.as('U0ADA');
    const cleo = await apart.as('U0CLEO');
    await ended(ada, await order(ada, () => ada.type('/deploy-staging s1 v1'), 's1 v1 → staging'));
    await ended(ada, await order(ada, () => ada.type('/deploy-staging s1 v2'), 's1 v2 → staging'));
    await ended(ada, await order(ada, () => ada.type('/deploy-staging s1 v6'), 's1 v6 → staging'));
    for (const line of [
      '/deploy-status',
      '/deploy-health s1',
      '/deploy-logs s1',
      '/deploy-staging s3',
      '/deploy-staging s1 --wrong',
    ])
      await answerTo(ada, () => ada.type(line));
    await answerTo(cleo, () => cleo.type('/deploy-staging s1 v1'));
    await ada.act({ kind: 'open-home' });
    await apart.faults({ serverErrorPercent: 100 });
    await ada.type('/deploy-staging s2 v1');
    await sleep(3_000);
    await apart.faults({});
    await ada.sees(() => cardsOf(ada, 's2 v1 → staging').length === 1);
    const good = await readFile(join(apart.folder, 'slipway.yml'), 'utf8');
    await apart.configure(good.replace('targets:', 'targetz:'));
    await until(() => apart.said().includes('the last good one stays in force'));
    await apart.configure(good);
    await postgres?.restartImmediate();
    await answerTo(
      ada,
      () => ada.type('/deploy-status'),
      ({ text }) => /s1 in staging|could not be/.test(text),
    );
    await apart.end('SIGKILL');
    await apart.start();
    const status = await answerTo(ada, () => ada.type('/deploy-status'));
    expect(status.text).toContain('s1 in staging');
    expect(leaks(`${apart.said()} ${secrets.botToken}`)).toEqual([secrets.botToken]);
  });

  test('what it wrote to its terminal holds no secret', () => {
    expect(apart.said().length).toBeGreaterThan(1_000);
    expect(leaks(apart.said())).toEqual([]);
  });

  test('what it said in Slack, and the files that it sent there, hold none', async () => {
    const calls = JSON.stringify(apart.workspace.ledger.calls());
    expect(calls).toContain('s1 v6 → staging');
    expect(leaks(calls)).toEqual([]);
    const ada = await apart.as('U0ADA');
    const files = ada.messages().flatMap((message) => message.files);
    expect(files.length).toBeGreaterThan(3);
    for (const { id } of files) {
      const text = await (await fetch(`${apart.url()}/page/file/${id}?user=U0ADA`)).text();
      expect(text.length).toBeGreaterThan(0);
      expect(leaks(text)).toEqual([]);
    }
  });

  test('what it keeps, in its database and in its folder, holds none', async () => {
    await apart.end('SIGINT');
    const kept: string[] = [];
    for (const entry of await readdir(apart.folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) kept.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
    }
    if (postgres !== null) kept.push(await dump(postgres));
    expect(kept.join('').length).toBeGreaterThan(10_000);
    expect(kept.some((text) => text.includes('s1/staging'))).toBe(true);
    for (const text of kept) expect(leaks(text)).toEqual([]);
  });
});

/** Every row of every table of the story's database. */
async function dump({ url }: TestPostgres): Promise<string> {
  const client = new Client({ connectionString: url.replace(/\/[^/]*$/, '/test_1') });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const dumped = await tables.reduce(async (before, { name }) => {
      const text = await before;
      const { rows } = await client.query(`select row_to_json(t)::text as row from ${name} t`);
      return `${text}\n${name}\n${rows.map(({ row }: { row: string }) => row).join('\n')}`;
    }, Promise.resolve(''));
    return dumped;
  } finally {
    await client.end();
  }
}
