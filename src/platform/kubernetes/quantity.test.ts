import { expect, test } from 'vitest';
import { quantityOf } from './quantity.ts';

test('quantities are read as Kubernetes writes them', () => {
  const read = ['250m', '0.5', '12345n', '100u', '128Mi', '1Gi', '1G', '1e3', '1E', '3k', '.5'].map(
    quantityOf,
  );
  const expected = [0.25, 0.5, 0.000012345, 0.0001, 134_217_728, 1_073_741_824, 1e9, 1_000, 1e18, 3_000, 0.5];
  expect(read).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(read[index]).toBeCloseTo(value, 12);
});

test('what is no quantity is none, and never zero', () => {
  expect(['', 'much', '-5', '1 Gi', '5GiB', 'NaN', '1x', 'constructor'].map(quantityOf)).toEqual(
    Array(8).fill(null),
  );
});
