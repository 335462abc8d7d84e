import { expect, test } from 'vitest';
import { settingHash } from './setting-hash.ts';

test('the same value of the same key is the same in every environment of a service, and in no other service', () => {
  const hash = settingHash('api/staging', 'LIMIT', '5');
  expect(settingHash('api/production', 'LIMIT', '5')).toBe(hash);
  expect(settingHash('api', 'LIMIT', '5')).toBe(hash);
  expect(settingHash('web/staging', 'LIMIT', '5')).not.toBe(hash);
  expect(settingHash('api/staging', 'OTHER', '5')).not.toBe(hash);
  expect(settingHash('api/staging', 'LIMIT', '6')).not.toBe(hash);
});
