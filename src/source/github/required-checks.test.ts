import { expect, test } from 'vitest';
import type { Client } from './client.ts';
import { requiredChecks } from './required-checks.ts';

test('one name that is required of two Apps is required of both', async () => {
  const older = {
    contexts: ['build', 'lint'],
    checks: [
      { context: 'build', app_id: 1 },
      { context: 'build', app_id: 2 },
    ],
  };
  const get = async (path: string) => (path.startsWith('/rules') ? [] : older);
  expect(await requiredChecks({ get } as unknown as Client, 'main')).toEqual({
    required: [
      { name: 'build', appId: '1' },
      { name: 'build', appId: '2' },
      { name: 'lint', appId: null },
    ],
    mayRequireMore: false,
  });
});
