import { expect, test } from 'vitest';
import { toldBudget } from './told-budget.ts';

const nowMs = 1_800_000_000_000;
const told = (headers: Record<string, string>) => toldBudget(new Headers(headers), nowMs);

test.each<[string, Record<string, string>, unknown]>([
  [
    'Render: seconds to go',
    { 'RateLimit-Limit': '400', 'RateLimit-Remaining': '3', 'RateLimit-Reset': '20' },
    { remaining: 3, limit: 400, resetAtMs: nowMs + 20_000 },
  ],
  [
    'GitHub: a moment in seconds',
    {
      'X-RateLimit-Limit': '5000',
      'X-RateLimit-Remaining': '0',
      'X-RateLimit-Reset': '1800000060',
      'X-RateLimit-Resource': 'core',
    },
    { remaining: 0, limit: 5_000, resetAtMs: nowMs + 60_000 },
  ],
  [
    'a moment in milliseconds',
    { 'X-RateLimit-Remaining': '1', 'X-RateLimit-Reset': '1800000005000' },
    { remaining: 1, limit: null, resetAtMs: nowMs + 5_000 },
  ],
  [
    'Cloudflare: one header for all',
    { ratelimit: '"default";r=50;t=30' },
    { remaining: 50, limit: null, resetAtMs: nowMs + 30_000 },
  ],
  [
    'no reset: a minute',
    { 'ratelimit-remaining': '7' },
    { remaining: 7, limit: null, resetAtMs: nowMs + 60_000 },
  ],
  [
    'a reset that is over: now',
    { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '1700000000' },
    { remaining: 7, limit: null, resetAtMs: nowMs },
  ],
  [
    'tomorrow: a quarter of an hour, and then it will say so again',
    { 'ratelimit-remaining': '0', 'ratelimit-reset': '86400' },
    { remaining: 0, limit: null, resetAtMs: nowMs + 900_000 },
  ],
])('%s', (_, headers, budget) => {
  expect(told(headers)).toEqual(budget);
});

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['what is no number', { 'ratelimit-remaining': 'plenty' }],
  ['less than nothing', { 'ratelimit-remaining': '-1' }],
  ['a reset alone', { 'ratelimit-reset': '5' }],
  ['searches, which GitHub counts apart', { 'x-ratelimit-remaining': '0', 'x-ratelimit-resource': 'search' }],
])('%s says nothing of what is left', (_, headers) => {
  expect(told(headers)).toBeNull();
});
