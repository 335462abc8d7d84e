import { expect, test } from 'vitest';
import { judgeReached } from './index.ts';

const commit = 'a'.repeat(40);

test.each([
  ['in one of them', { branch: 'main', looked: ['main'], unread: [] }, 'pass'],
  ['in none of them', { branch: null, looked: ['main', 'release/1'], unread: [] }, 'fail'],
  ['one could not be looked at', { branch: null, looked: ['main'], unread: ['release/1 (503)'] }, 'unknown'],
  ['there is none of them', { branch: null, looked: [], unread: [] }, 'unknown'],
])('%s', (_, reached, kind) => {
  expect(judgeReached(reached, commit).kind).toBe(kind);
});
