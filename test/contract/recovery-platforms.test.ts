import { expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import { openPlatform } from '../../src/platform/index.ts';
import { namingOf } from '../../src/platform/naming.ts';
import { restoringOf } from '../../src/platform/restoring.ts';
import { aroundWith } from '../stand-in/around.ts';
import { ACCOUNT, openCloudflare, ZONE } from '../stand-in/cloudflare/index.ts';
import { openSupabase, PROJECT } from '../stand-in/supabase/index.ts';

const around = aroundWith('not-a-real-token');

async function codeOf(doing: Promise<unknown>): Promise<string> {
  return doing.then(
    () => 'done',
    (error: unknown) => (error instanceof Failed ? error.failure.code : String(error)),
  );
}

async function openZone() {
  const standIn = await openCloudflare();
  const settings = { account: ACCOUNT, token: 'env:CLOUDFLARE_API_TOKEN', baseUrl: standIn.url };
  const naming = namingOf(openPlatform('cloudflare', 'edge', settings, around));
  if (naming === null) throw new Error('it answers for no names');
  const put = (content: string, more: Partial<(typeof standIn.names)[number]> = {}) =>
    standIn.names.push({
      id: String(standIn.names.length).padStart(32, 'a'),
      name: 'shop.example.com',
      type: 'CNAME',
      content,
      proxied: false,
      ttl: 60,
      ...more,
    });
  const record = naming.open({ zone: ZONE, name: 'shop.example.com', type: 'CNAME' });
  return { standIn, naming, record, put };
}

test('a record of Cloudflare is read, pointed elsewhere with nothing else of it changed, and read back', async () => {
  const { standIn, record, put } = await openZone();
  put('eu.example.com');
  put('mail.example.com', { name: 'mail.example.com' });
  expect(await record.look()).toEqual({ content: 'eu.example.com', ttlMs: 60_000 });
  await record.point('us.example.com', 'eu.example.com');
  expect(await record.look()).toMatchObject({ content: 'us.example.com' });
  expect(standIn.names[1]?.content).toBe('mail.example.com');
  await record.point('us.example.com', 'eu.example.com');
  expect(standIn.calls({ method: 'PATCH' })).toHaveLength(1);
  await standIn.close();
});

test('a record of Cloudflare that somebody else has changed, or that is not alone, is left as it is', async () => {
  const { standIn, naming, record, put } = await openZone();
  expect(await codeOf(record.look())).toBe('not-found');
  put('other.example.com', { proxied: true });
  expect(await record.look()).toEqual({ content: 'other.example.com', ttlMs: null });
  expect(await codeOf(record.point('us.example.com', 'eu.example.com'))).toBe('conflict');
  put('second.example.com');
  expect(await codeOf(record.look())).toBe('ambiguous');
  expect(standIn.calls({ method: 'PATCH' })).toEqual([]);
  expect(naming.Address.safeParse({ zone: ZONE, name: '../x', type: 'CNAME' }).success).toBe(false);
  await standIn.close();
});

test('the answer to a change of a record that gets lost is unknown, and looking says what became of it', async () => {
  const { standIn, record, put } = await openZone();
  put('eu.example.com');
  standIn.failNext('lose-answer', { method: 'PATCH' });
  expect(await codeOf(record.point('us.example.com', 'eu.example.com'))).toBe('outcome-unknown');
  expect(await record.look()).toMatchObject({ content: 'us.example.com' });
  await standIn.close();
});

async function openData() {
  const standIn = await openSupabase();
  const settings = { token: 'env:SUPABASE_ACCESS_TOKEN', bundles: '/nowhere', baseUrl: standIn.url };
  const restoring = restoringOf(openPlatform('supabase', 'db', settings, around));
  if (restoring === null) throw new Error('it keeps nothing');
  return { standIn, database: restoring.open({ project: PROJECT }) };
}

test('the database of Supabase is restored to a moment that there is, and its status says how it goes', async () => {
  const { standIn, database } = await openData();
  expect(await database.points()).toMatchObject({ can: false });
  standIn.backups.pitr_enabled = true;
  expect(await database.points()).toMatchObject({ can: false, say: 'there is no backup yet' });
  standIn.backups.physical_backup_data = {
    earliest_physical_backup_date_unix: 1_740_000_000,
    latest_physical_backup_date_unix: 1_740_787_200,
  };
  expect(await database.points()).toEqual({
    can: true,
    earliestMs: 1_740_000_000_000,
    latestMs: 1_740_787_200_000,
  });
  expect((await database.look()).state).toBe('serving');
  await database.restore(1_740_787_200_000);
  expect(standIn.restored).toEqual([1_740_787_200]);
  expect((await database.look()).state).toBe('restoring');
  standIn.project.status = 'RESTORE_FAILED';
  expect((await database.look()).state).toBe('failed');
  standIn.failNext({ mutate: (json) => ({ ...(json as object), status: 'DREAMING' }) });
  expect((await database.look()).state).toBe('unknown');
  await standIn.close();
});

test('the answer to a restore that gets lost is unknown, and it is sent once', async () => {
  const { standIn, database } = await openData();
  standIn.failNext('lose-answer', { method: 'POST' });
  expect(await codeOf(database.restore(1_740_787_200_000))).toBe('outcome-unknown');
  expect(standIn.restored).toHaveLength(1);
  expect((await database.look()).state).toBe('restoring');
  await standIn.close();
});
