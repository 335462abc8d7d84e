import { expect, test } from 'vitest';
import { keyChanges, keysIn } from './configuration-keys.ts';
import { fits, migrationsIn } from './paths.ts';

test.each([
  ['migrations/0001.sql', 'migrations/**', true],
  ['migrations/2026/0001.sql', 'migrations/**', true],
  ['db/migrations/0001.sql', 'migrations/**', false],
  ['db/migrations/0001.sql', '**/migrations/*.sql', true],
  ['migrations/0001.sql', '**/migrations/*.sql', true],
  ['migrations/deep/0001.sql', 'migrations/*.sql', false],
  ['migrationsX/0001.sql', 'migrations/**', false],
  ['a.b', 'a?b', false],
  ['a+b(c)', 'a+b(c)', true],
])('%s against %s: %s', (path, pattern, is) => expect(fits(path, pattern)).toBe(is));

test('migrations are the new files that fit, in the order of their names, and an undo is not one', () => {
  const file = (filename: string, status = 'added') => ({ filename, status });
  const files = [
    file('migrations/0003_drop.up.sql'),
    file('migrations/0001_old.sql', 'modified'),
    file('migrations/0002_add.up.sql'),
    file('migrations/0002_add.down.sql'),
    file('migrations/0000_gone.sql', 'removed'),
    file('src/orders.ts'),
  ];
  expect(migrationsIn(files, ['migrations/**'])).toEqual([
    { id: '0002_add', phase: null, isReversible: true },
    { id: '0003_drop', phase: null, isReversible: null },
  ]);
});

test('keys are read from a list of them, and nothing is said of values', () => {
  const before = new Map(keysIn('# comment\nPORT=80\nexport OLD=1\nLIMIT = 5\nnot a key\n'));
  const after = new Map(keysIn('PORT=80\nLIMIT=6\r\nNEW=\n'));
  expect(keyChanges(before, after)).toEqual({ added: ['NEW'], removed: ['OLD'], changed: ['LIMIT'] });
});
