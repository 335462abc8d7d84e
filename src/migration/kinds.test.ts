import { expect, test } from 'vitest';
import { Failed } from '../core/failure.ts';
import { migrationKindNamed, migrationKinds } from './index.ts';

const file = (path: string, text = 'select 1') => ({ path, text });

function read(kind: string, ...files: { path: string; text: string }[]) {
  return migrationKindNamed(kind).read(files);
}

function refusal(kind: string, ...files: { path: string; text: string }[]): string {
  try {
    read(kind, ...files);
  } catch (error) {
    if (error instanceof Failed) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
}

const ids = (kind: string, ...paths: string[]) =>
  read(kind, ...paths.map((path) => file(path))).map(({ id }) => id);

test('each format is read in the order in which its own tool runs it', () => {
  expect(ids('supabase', '20240201000000_b.sql', '20240101000000_a.sql')).toEqual([
    '20240101000000',
    '20240201000000',
  ]);
  expect(ids('sql', '10_c.sql', '2_b.up.sql', '2_b.down.sql', 'contract/3_d.sql')).toEqual([
    '2_b',
    '3_d',
    '10_c',
  ]);
  expect(ids('sql', 'b.sql', 'a.sql')).toEqual(['a', 'b']);
  expect(ids('sql', 'seed.sql', '02_b.sql', '01_a.sql')).toEqual(['01_a', '02_b', 'seed']);
  expect(ids('prisma', '2_b/migration.sql', '1_a/migration.sql', '1_a/down.sql')).toEqual(['1_a', '2_b']);
  expect(ids('knex', '2_b.sql', '1_a.up.sql', '1_a.down.sql')).toEqual(['1_a.up.sql', '2_b.sql']);
  expect(ids('flyway', 'V1.10__c.sql', 'V1.9__b.sql', 'V1__a.sql', 'U1__a.sql', 'sub/V2_1__d.sql')).toEqual([
    ...['1', '1.9', '1.10', '2.1'],
  ]);
  const journal = JSON.stringify({
    version: '7',
    entries: [
      { idx: 1, version: '7', when: 1_700_000_000_001, tag: '0001_b', breakpoints: true },
      { idx: 0, version: '7', when: 1_700_000_000_000, tag: '0000_a', breakpoints: true },
    ],
  });
  const drizzle = read(
    'drizzle',
    file('meta/_journal.json', journal),
    file('0001_b.sql'),
    file('0000_a.sql'),
  );
  expect(drizzle.map(({ id }) => id)).toEqual(['0000_a', '0001_b']);
});

test.each([
  ['supabase', ['init.sql'], 'is not called as the Supabase CLI does'],
  ['supabase', ['20240101000000_a.sql', '20240101000000_b.sql'], 'same number'],
  ['sql', ['1_a.sql', '01_b.sql'], 'same number'],
  [
    'sql',
    ['2_a.sql', '10_b.sql', 'seed.sql'],
    'seed has no number, so that all go by their names, and then 10_b',
  ],
  ['sql', ['1_a.down.sql'], 'takes something back that is not there'],
  ['sql', ['1_a.sql', '1_a.up.sql'], 'same name'],
  ['prisma', ['migration.sql'], 'not where Prisma keeps'],
  ['drizzle', ['0000_a.sql'], 'meta/_journal.json is not there'],
  ['knex', ['1_a.sql', '2_b.js'], '2_b.js is a program'],
  ['knex', ['1_a.ts'], 'is a program'],
  ['flyway', ['R__views.sql'], 'run again whenever it changes'],
  ['flyway', ['B5__all.sql'], 'in the place of all before it'],
  ['flyway', ['afterMigrate.sql'], 'is run around others'],
  ['flyway', ['V1__a.sql', 'U2__b.sql'], 'takes something back that is not there'],
  ['flyway', ['V1__a.sql', 'V1.0__b.sql'], 'same version'],
  ['flyway', ['1_a.sql'], 'is not called as Flyway does'],
])('%s refuses %j with a sentence', (kind, paths, why) => {
  expect(refusal(kind, ...paths.map((path) => file(path)))).toContain(why);
});

test('a journal of Drizzle that does not fit its folder is refused', () => {
  const journal = (tag: string) =>
    file('meta/_journal.json', JSON.stringify({ entries: [{ idx: 0, when: 1, tag }] }));
  expect(refusal('drizzle', journal('a'))).toContain('it is not there');
  expect(refusal('drizzle', journal('a'), file('a.sql'), file('b.sql'))).toContain('does not know b.sql');
  expect(refusal('drizzle', journal('../a'), file('a.sql'))).toContain('not what drizzle-kit writes');
  expect(refusal('drizzle', file('meta/_journal.json', '{'))).toContain('not what drizzle-kit writes');
});

test('the phase is what its author says at the top, or the folder, and a slip of the pen is no phase', () => {
  const phaseOf = (path: string, text?: string) => read('sql', file(path, text))[0]?.phase;
  expect(phaseOf('1_a.sql', '-- why\n-- slipway: contract\ndrop table a')).toBe('contract');
  expect(phaseOf('1_a.sql', '\uFEFF--Slipway: EXPAND\r\nselect 1')).toBe('expand');
  expect(phaseOf('contract/1_a.sql')).toBe('contract');
  expect(phaseOf('expand/1_a.sql', '-- slipway: contract')).toBe('contract');
  expect(phaseOf('1_a.sql', 'select 1; -- slipway: contract')).toBeNull();
  expect(refusal('sql', file('1_a.sql', '-- slipway: contact'))).toContain('neither expand nor contract');
  const below = file('1_a.sql', 'drop index i;\n-- slipway: contract\n');
  expect(refusal('sql', below)).toContain('below its top');
});

test('a script in another way of writing letters is refused, and not run with other ones', () => {
  const latin = Buffer.from("insert into a values ('caf\xe9')", 'latin1').toString('utf8');
  expect(refusal('sql', file('1_a.sql', latin))).toContain('1_a.sql is not written in UTF-8');
});

test('a checksum changes with every letter, and a way back is kept beside it', () => {
  const [one] = read('sql', file('1_a.up.sql', 'select 1'), file('1_a.down.sql', 'select 2'));
  const [other] = read('sql', file('1_a.sql', 'select 1 '));
  expect(one).toMatchObject({ id: '1_a', isReversible: true, undo: 'select 2' });
  expect(one?.checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(other?.checksum).not.toBe(one?.checksum);
});

test('every kind says what it is, and an empty folder has nothing to run', () => {
  for (const kind of migrationKinds) {
    expect(kind.summary.length).toBeGreaterThan(10);
    if (kind.id !== 'drizzle') expect(kind.read([])).toEqual([]);
  }
});
