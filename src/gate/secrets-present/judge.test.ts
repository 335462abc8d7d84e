import { expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import type { Subject } from '../gate.ts';
import { secretsPresent } from './index.ts';

const cannot = async () => {
  throw new Failed({ code: 'unavailable', message: 'nobody answers', retryAfterMs: 1 });
};

type Site = Partial<Subject['site']>;
const keys = (...names: string[]): Site => ({
  capabilities: async () =>
    ({ settings: { can: true, how: { readsValues: 'names' }, caveats: [] } }) as never,
  settings: async () => names.map((key) => ({ key, isSecret: true, hash: null })),
});

function ask(settings: object, site: Site, isSecretThere: Subject['isSecretThere'] = async () => true) {
  return secretsPresent.check({ site, isSecretThere } as unknown as Subject, settings);
}

test('everything that is named has to be there', async () => {
  const wanted = { references: ['env:PAYMENT_KEY'], settings: ['DATABASE_URL', 'REDIS_URL'] };
  expect(await ask(wanted, keys('DATABASE_URL', 'REDIS_URL', 'PORT'))).toEqual({
    kind: 'pass',
    because: '3 of 3 names are there',
  });
  expect(await ask(wanted, keys('REDIS_URL'), async () => false)).toEqual({
    kind: 'fail',
    because: 'not there: env:PAYMENT_KEY, DATABASE_URL',
  });
});

test('what is not there is told, also where something else could not be seen', async () => {
  const wanted = { references: ['env:A', 'env:B'], settings: ['C'] };
  const site: Site = { ...keys(), settings: cannot };
  const some = async (name: string) => (name === 'env:A' ? false : cannot());
  expect(await ask(wanted, site, some)).toEqual({ kind: 'fail', because: 'not there: env:A' });
});

test.each<[string, Site]>([
  ['does not answer', { ...keys(), settings: cannot }],
  ['does not say what it can', { capabilities: cannot }],
  [
    'cannot say',
    {
      capabilities: async () =>
        ({ settings: { can: false, why: 'platform', say: 'it keeps that to itself' } }) as never,
    },
  ],
  ['has not said', { capabilities: async () => ({}) as never }],
])('where the platform %s it is not known', async (_, site) => {
  expect((await ask({ settings: ['DATABASE_URL'] }, site)).kind).toBe('unknown');
});

test('a secret of which nobody could say is not known, and something has to be asked for', async () => {
  expect((await ask({ references: ['env:A'] }, {}, cannot)).kind).toBe('unknown');
  expect(secretsPresent.Settings.safeParse({}).success).toBe(false);
  expect(secretsPresent.Settings.safeParse({ references: ['hunter2'] }).success).toBe(false);
});
