import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('Fri, 20 Nov 2026 12:00:00 GMT');

test.each([
  ['2', 2_000],
  ['0', 1_000],
  ['1.5', 1_500],
  ['3600', 900_000],
  ['999999999999', 900_000],
  ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
  ['Friday, 20-Nov-26 12:00:30 GMT', 30_000],
  ['Fri Nov 20 12:00:30 2026 GMT', 30_000],
  ['Thu, 19 Nov 2026 12:00:00 GMT', 1_000],
  ['Sat, 20 Nov 2027 12:00:00 GMT', 900_000],
  ['-5', 7_000],
  ['NaN', 7_000],
  ['Infinity', 7_000],
  ['1e3', 7_000],
  ['soon', 7_000],
  ['', 7_000],
  ['Friday', 7_000],
  ['9'.repeat(400), 7_000],
])('Retry-After %j means %d ms', (header, ms) => expect(retryAfterMs(header, NOW, 7_000)).toBe(ms));

test('without a header it is what we would wait anyway, within the same limits', () => {
  expect(retryAfterMs(null, NOW, 7_000)).toBe(7_000);
  expect(retryAfterMs(null, NOW, 0)).toBe(1_000);
});
