import { expect, test } from 'vitest';
import { judge } from './index.ts';

const from = (version: string | null) => ({ status: 200, version });

test('only the new version in every answer passes', () => {
  expect(judge({ wanted: 'v2', answers: [from('v2'), from('v2')] }).kind).toBe('pass');
});

test('one answer of another version fails', () => {
  expect(judge({ wanted: 'v2', answers: [from('v2'), from('v1')] }).kind).toBe('fail');
});

test.each([[null], [[null, from('v2')]], [[from(null)]]])(
  'what cannot be known is unknown: %j',
  (answers) => {
    expect(judge({ wanted: 'v2', answers }).kind).toBe('unknown');
  },
);
