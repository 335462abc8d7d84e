import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkScript } from './index.ts';

async function read(sql: string) {
  const script = await checkScript(sql);
  if (script.kind !== 'read') throw new Error(script.say);
  return script;
}

const kindsOf = async (sql: string) =>
  [...new Set((await read(sql)).findings.map(({ kind }) => kind))].sort();

test.each([
  ['create table a (id int primary key)', [], 'safe-to-roll-back'],
  ['alter table a add column b text', ['locks'], 'safe-to-roll-back'],
  ["alter table a add column b text not null default 'x'", ['locks'], 'safe-to-roll-back'],
  ['alter table a add column b timestamptz default now()', ['locks'], 'safe-to-roll-back'],
  ['alter table a add column b uuid default gen_random_uuid()', ['locks', 'rewrites'], 'safe-to-roll-back'],
  ['alter table a add column b float default random()', ['locks', 'rewrites'], 'safe-to-roll-back'],
  ['alter table a add column b bigserial', ['locks', 'rewrites'], 'safe-to-roll-back'],
  ['alter table a add column b text not null', ['breaks-old', 'locks'], 'needs-forward-fix'],
  ['alter table a drop column b', ['breaks-old', 'destroys', 'locks'], 'needs-forward-fix'],
  ['alter table a rename column b to c', ['breaks-old', 'locks'], 'needs-forward-fix'],
  ['alter table a rename to c', ['breaks-old', 'locks'], 'needs-forward-fix'],
  ['alter table a alter column b type varchar(10)', ['breaks-old', 'locks', 'rewrites'], 'needs-forward-fix'],
  ['alter table a alter column b type text', ['locks', 'rewrites', 'unclear'], 'unknown'],
  ['alter table a alter column b set not null', ['breaks-old', 'locks', 'rewrites'], 'needs-forward-fix'],
  ['alter table a alter column b drop not null', ['locks', 'unclear'], 'unknown'],
  ['alter table a add constraint c check (b > 0)', ['locks', 'rewrites', 'unclear'], 'unknown'],
  ['alter table a add constraint c check (b > 0) not valid', ['locks', 'unclear'], 'unknown'],
  ['alter table a validate constraint c', [], 'safe-to-roll-back'],
  [
    'alter table a add constraint c foreign key (b) references d (id)',
    ['blocks-writes', 'locks', 'unclear'],
    'unknown',
  ],
  ['create index i on a (b)', ['blocks-writes'], 'safe-to-roll-back'],
  ['create index concurrently i on a (b)', ['not-transactional'], 'safe-to-roll-back'],
  ['create unique index concurrently i on a (b)', ['not-transactional', 'unclear'], 'unknown'],
  ['drop index i', ['locks', 'unclear'], 'unknown'],
  ['drop index concurrently i', ['not-transactional', 'unclear'], 'unknown'],
  ['drop table a', ['breaks-old', 'destroys', 'locks'], 'needs-forward-fix'],
  ['drop view v', ['breaks-old', 'locks'], 'needs-forward-fix'],
  ['truncate a', ['destroys', 'locks'], 'needs-forward-fix'],
  ['delete from a', ['destroys'], 'needs-forward-fix'],
  ['delete from a where b = 1', ['unclear'], 'unknown'],
  ['delete from a where true', ['destroys'], 'needs-forward-fix'],
  ['alter table a add column b text not null default null', ['breaks-old', 'locks'], 'needs-forward-fix'],
  [
    'alter table a add column b int unique default 1',
    ['breaks-old', 'locks', 'rewrites'],
    'needs-forward-fix',
  ],
  ['alter table a add column b uuid unique default f()', ['locks', 'rewrites'], 'safe-to-roll-back'],
  ['alter table a replica identity nothing', ['locks', 'unclear'], 'unknown'],
  ['alter table a replica identity full', ['locks'], 'safe-to-roll-back'],
  ['alter table a alter column b set default null', ['locks', 'unclear'], 'unknown'],
  ['update a set b = 1 where true', ['rewrites', 'unclear'], 'unknown'],
  ['update a set b = 1', ['rewrites', 'unclear'], 'unknown'],
  ['insert into a values (1)', [], 'safe-to-roll-back'],
  ['with gone as (delete from a returning *) select count(*) from gone', ['destroys'], 'needs-forward-fix'],
  ["alter type mood add value 'ok'", ['not-transactional'], 'safe-to-roll-back'],
  ["alter type mood rename value 'ok' to 'fine'", ['breaks-old'], 'needs-forward-fix'],
  ['vacuum a', ['not-transactional'], 'safe-to-roll-back'],
  ['vacuum full a', ['locks', 'not-transactional'], 'safe-to-roll-back'],
  ['do $$ begin perform 1; end $$', ['unclear'], 'unknown'],
  ['alter table a enable row level security', ['locks', 'unclear'], 'unknown'],
  ['revoke select on a from b', ['unclear'], 'unknown'],
  ['select my_own_function()', ['unclear'], 'unknown'],
  ["select setval('s', 1)", [], 'safe-to-roll-back'],
  ['create or replace view v as select 1', ['unclear'], 'unknown'],
  ['alter table a owner to b', ['locks', 'unclear'], 'unknown'],
  ['alter table a rename constraint b to c', ['locks', 'unclear'], 'unknown'],
  ['alter table a alter column b add generated always as identity', ['locks', 'unclear'], 'unknown'],
  ['alter table a alter column b set generated always', ['locks', 'unclear'], 'unknown'],
  ['alter table a add column b int references d (id)', ['blocks-writes', 'locks'], 'safe-to-roll-back'],
  ['alter table a add column b int default my.now()', ['locks', 'rewrites'], 'safe-to-roll-back'],
  ['alter sequence s owned by a.b', [], 'safe-to-roll-back'],
  ['alter sequence s restart with 1', ['unclear'], 'unknown'],
  ['alter sequence s owner to b', ['unclear'], 'unknown'],
  ['insert into a select my_own_function()', ['unclear'], 'unknown'],
  ["insert into a values (gen_random_uuid(), now(), lower('B'))", [], 'safe-to-roll-back'],
  ['create table a as select my_own_function()', ['unclear'], 'unknown'],
  ['set session_replication_role = replica', ['unclear'], 'unknown'],
  ["set lock_timeout = '2s'", [], 'safe-to-roll-back'],
  ['drop owned by b', ['breaks-old', 'destroys'], 'needs-forward-fix'],
  ['drop schema s cascade', ['breaks-old', 'destroys', 'locks'], 'needs-forward-fix'],
])('%s: %j, %s', async (sql, kinds, light) => {
  expect(await kindsOf(sql)).toEqual(kinds);
  expect((await read(sql)).light).toBe(light);
});

test('what the script itself has made bothers nobody', async () => {
  const script =
    'create table a (id int); create unique index i on a (id); alter table a drop column id; drop table a;';
  expect(await kindsOf(script)).toEqual([]);
  const filling = "alter table a add column b text; update a set b = 'x' where b is null;";
  expect(await kindsOf(filling)).toEqual(['locks']);
});

test.each([
  ['create table if not exists a (id int); drop table a;', 'destroys'],
  ['create temp table a (id int); drop table a; drop table a;', 'destroys'],
  ['set search_path = s; create table a (id int); set search_path = public; drop table a;', 'destroys'],
  ["create table a (id int); select set_config('search_path', 'other', false); drop table a;", 'destroys'],
  ['create table a (id int); drop table public.a;', 'destroys'],
  ['alter table a add column if not exists b text; alter table a drop column b;', 'destroys'],
  ['create table a (id int); drop schema a cascade;', 'destroys'],
  ['create table a (id int); drop function a;', 'breaks-old'],
  ['create table something (id int); alter schema s rename to t;', 'breaks-old'],
  ['create table something (id int); alter type mood rename to t;', 'breaks-old'],
  ['set role b; create table a (id int); reset role; drop table a;', 'destroys'],
  ['create table a (id int); do $$ begin end $$; drop table a;', 'destroys'],
  ['create table a (id int); call p(); drop table a;', 'destroys'],
  ['create table a (id int); select my_own_function(); drop table a;', 'destroys'],
  ['create temp table a (id int) on commit drop; drop table a;', 'destroys'],
  ['create table a (id int); delete from a where my_own_function(); drop table a;', 'destroys'],
  ['create table b (id int); alter table b rename to c; drop table b;', 'destroys'],
  ['create table b (id int); alter table b attach partition a for values in (1);', 'unclear'],
  ['create table b (id int); alter table b inherit a;', 'unclear'],
  ['create table b (id int); alter table b add foreign key (id) references a (id);', 'blocks-writes'],
])('%s: what only looks new is not taken for new', async (sql, kind) => {
  expect(await kindsOf(sql)).toContain(kind);
});

test('a column that a validated constraint keeps from being null need not be read again', async () => {
  const script = `alter table a add constraint c check (b is not null) not valid;
    alter table a validate constraint c; alter table a alter column b set not null;`;
  expect(await kindsOf(script)).not.toContain('rewrites');
  expect(await kindsOf(script.replace('alter table a validate constraint c;', ''))).toContain('rewrites');
  const gone = script.replace('constraint c;', 'constraint c; alter table a drop constraint c;');
  expect(await kindsOf(gone)).toContain('rewrites');
});

test.each([
  ['create tabel a ()', 'line 1'],
  ['select 1;\n\n-- here\nselec 2;', 'line 4'],
  ['\\connect other', 'line 1'],
  ['copy a from stdin', 'COPY'],
  ["copy a to program 'id'", 'COPY'],
  ['select 1; commit; select 2', 'transaction'],
  ['drop database a', 'a whole database'],
  ['discard all', 'DISCARD'],
  ['begin; create index concurrently i on a (b); commit', 'CREATE INDEX CONCURRENTLY'],
  ['begin isolation level serializable; select 1; commit', 'transaction'],
  ["alter system set fsync = 'off'", 'ALTER SYSTEM'],
  [`select 1 -- ${'x'.repeat(1_000_001)}`, '1 MB'],
  [`select ${'('.repeat(100_000)}1${')'.repeat(100_000)}`, 'line'],
])('%.40s: nobody is asked to approve what cannot be read', async (sql, why) => {
  const script = await checkScript(sql);
  expect(script).toMatchObject({ kind: 'unreadable', say: expect.stringContaining(why) });
  // It does not take the parser down with it.
  expect((await checkScript('select 1')).kind).toBe('read');
});

test('a transaction around all of it is what is done anyway', async () => {
  const { statements, isTransactional } = await read('begin; create table a (); create table b (); commit;');
  expect(statements.map(({ sql }) => sql)).toEqual(['create table a ()', 'create table b ()']);
  expect(isTransactional).toBe(true);
});

test('a mark for the order of bytes, which some editors write, is no part of the first statement', async () => {
  const { statements } = await read('\uFEFFcreate table a ();\r\nselect 2');
  expect(statements).toMatchObject([
    { sql: 'create table a ()', line: 1 },
    { sql: 'select 2', line: 2 },
  ]);
});

test('statements come out as they were written, each with its line, whatever letters stand between', async () => {
  const script = `-- é🚀\ncreate table "ü;" (a text default 'x;''y');\n\n-- comment\nselect $$a;b$$;\nselect 3`;
  const { statements } = await read(script);
  expect(statements).toMatchObject([
    { sql: `create table "ü;" (a text default 'x;''y')`, line: 2 },
    { line: 5 },
    { sql: 'select 3', line: 6 },
  ]);
  expect(statements[1]?.sql).toContain('select $$a;b$$');
});

const piece = fc.constantFrom(
  'create table a (id int)',
  'drop table a',
  'alter table a add column b text',
  'alter table a drop column b',
  "insert into a values ('ß;')",
  'create index concurrently i on a (b)',
  'do $x$ begin; end; $x$',
);

test('whatever stands beside it, a statement that destroys something old is never called safe', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece), fc.array(piece), async (before, after) => {
      const { light, statements } = await read([...before, 'truncate treasure', ...after].join(';\n'));
      expect(light).toBe('needs-forward-fix');
      expect(statements).toHaveLength(before.length + 1 + after.length);
    }),
    { numRuns: 300 },
  );
});

test('text at random is read or refused, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
      expect(['read', 'unreadable']).toContain((await checkScript(text)).kind);
    }),
    { numRuns: 2_000 },
  );
});
