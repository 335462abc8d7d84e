import { expect, test } from 'vitest';
import { newborn, nextHealth, type Probe } from './health.ts';

const good: Probe = { isGood: true, say: 'GET /health answers 200' };
const bad: Probe = { isGood: false, say: 'GET /health answers 503' };

function after(...probes: readonly Probe[]): string {
  return probes.reduce(nextHealth, newborn).health;
}

test.each([
  ['nobody has asked', [], 'starting'],
  ['it has never given a good answer', Array.from({ length: 50 }, () => bad), 'starting'],
  ['its first good answer', [bad, good], 'healthy'],
  ['two bad answers in a row', [good, bad, bad], 'healthy'],
  ['three bad answers in a row', [good, bad, bad, bad], 'unhealthy'],
  ['bad answers with a good one between', [good, bad, bad, good, bad, bad], 'healthy'],
  ['a good answer after it was unhealthy', [good, bad, bad, bad, good], 'healthy'],
  ['a bad answer after it was unhealthy', [good, bad, bad, bad, bad], 'unhealthy'],
])('after %s: %s', (_, probes, health) => {
  expect(after(...probes)).toBe(health);
});

test('it says the newest answer', () => {
  expect([good, bad].reduce(nextHealth, newborn).say).toBe('GET /health answers 503');
});
