import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSecrets, Secret, SecretReference } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-secret-'));
});
afterAll(() => rm(folder, { recursive: true }));

function world(variables: Record<string, string | undefined>) {
  const learned: string[] = [];
  const clock = { now: 0 };
  const secrets = openSecrets({ variables, nowMs: () => clock.now, learn: (value) => learned.push(value) });
  return { secrets, learned, clock, variables };
}

test('a secret prints as its reference wherever it ends up', () => {
  const secret = new Secret('env:TOKEN', 'hunter2-hunter2');
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect([secret], { showHidden: true }),
  ];
  for (const text of printed) {
    expect(text).toContain('[secret env:TOKEN]');
    expect(text).not.toContain('hunter2');
  }
  expect({ ...secret }).toEqual({ reference: 'env:TOKEN' });
  expect(secret.open()).toBe('hunter2-hunter2');
});

test('what is read is remembered for five minutes and no longer', async () => {
  const { secrets, clock, variables } = world({ TOKEN: 'the-first-value' });
  expect((await secrets.read('env:TOKEN')).open()).toBe('the-first-value');
  variables['TOKEN'] = 'the-second-value';
  clock.now = 299_999;
  expect((await secrets.read('env:TOKEN')).open()).toBe('the-first-value');
  clock.now = 300_000;
  expect((await secrets.read('env:TOKEN')).open()).toBe('the-second-value');
});

test('a value that was turned away is looked up again at once', async () => {
  const { secrets, variables } = world({ TOKEN: 'the-first-value' });
  await secrets.read('env:TOKEN');
  variables['TOKEN'] = 'the-second-value';
  expect((await secrets.readAgain('env:TOKEN')).open()).toBe('the-second-value');
  expect((await secrets.read('env:TOKEN')).open()).toBe('the-second-value');
});

test('a file is read without the line break at its end, and every value is told to whoever keeps it out of logs', async () => {
  const { secrets, learned } = world({});
  const path = join(folder, 'token');
  await writeFile(path, 'from-a-file-1\n');
  expect((await secrets.read(`file:${path}`)).open()).toBe('from-a-file-1');
  expect(learned).toEqual(['from-a-file-1']);
});

test.each([
  ['env:ABSENT', 'not-found', 'The secret env:ABSENT is not set.'],
  ['env:EMPTY', 'not-found', 'The secret env:EMPTY is not set.'],
  ['env:SHORT', 'rejected', 'The secret env:SHORT has fewer than 8 characters.'],
  ['env:toString', 'not-found', 'The secret env:toString is not set.'],
  ['file:/nowhere/at/all', 'not-found', 'The secret file:/nowhere/at/all is not set.'],
  ['file:/', 'rejected', 'A secret is asked for by something that is no reference to one.'],
  ['hunter2-hunter2', 'rejected', 'A secret is asked for by something that is no reference to one.'],
  [`file:${tmpdir()}`, 'unavailable', `The secret file:${tmpdir()} could not be read.`],
])('%s is refused as %s', async (reference, code, message) => {
  const { secrets } = world({ EMPTY: '', SHORT: 'seven77' });
  await expect(secrets.read(reference)).rejects.toMatchObject({ failure: { code, message } });
});

test('whether a secret is set can be asked without reading it out', async () => {
  const { secrets, learned } = world({ TOKEN: 'the-first-value', EMPTY: '' });
  expect(await Promise.all(['env:TOKEN', 'env:EMPTY', 'env:ABSENT'].map(secrets.isSet))).toEqual([
    true,
    false,
    false,
  ]);
  expect(learned).toEqual([]);
});

test.each(['xoxb-1234567890-abcdef', 'env:', 'env:A-B', 'file:relative', 'vault:x', ''])(
  '%j is no reference',
  (text) => {
    expect(SecretReference.safeParse(text).success).toBe(false);
  },
);
