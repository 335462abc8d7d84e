import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Counters } from '../../platform/platform.ts';
import type { Subject } from '../gate.ts';
import { capacity, judge } from './index.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const counters = (some: Partial<Counters>): Counters => ({
  atMs: NOW,
  requests: 0,
  errors: 0,
  latencyBuckets: [],
  cpuPercent: 40,
  memoryMb: 300,
  ...some,
});
const used = (...some: (Partial<Counters> | null)[]) => ({
  kind: 'used' as const,
  nowMs: NOW,
  serving: some.map((each, index) => ({
    name: `v${index}`,
    counters: each === null ? null : counters(each),
  })),
});
const LIMITS = { cpuPercentMax: 70, memoryMbMax: 512 };

test('what serves now has to leave room', () => {
  expect(judge(used({}), LIMITS)).toEqual({
    kind: 'pass',
    because: 'v0 uses 40 % of a core, v0 uses 300 MB',
  });
  expect(judge(used({}, { cpuPercent: 70.1 }), LIMITS)).toEqual({
    kind: 'fail',
    because: 'v1 uses 71 % of a core, and 70 is the most that leaves room',
  });
  expect(judge(used({ memoryMb: 600 }), { cpuPercentMax: 70 }).kind).toBe('pass');
  expect(judge(used(), LIMITS)).toEqual({ kind: 'pass', because: 'nothing runs there yet' });
});

test.each([
  null,
  { cpuPercent: null },
  { cpuPercent: Number.NaN },
  { memoryMb: -1 },
  { atMs: NOW - 600_000 },
  { atMs: Number.NaN },
])('where the numbers are %j it is not known', (some) => {
  expect(judge(used({}, some), LIMITS).kind).toBe('unknown');
});

test('no number that is not one ever passes', () => {
  fc.assert(
    fc.property(fc.double(), fc.double(), fc.double(), (cpuPercent, memoryMb, atMs) => {
      const isGood =
        cpuPercent >= 0 &&
        cpuPercent <= 70 &&
        memoryMb >= 0 &&
        memoryMb <= 512 &&
        Math.abs(atMs - NOW) <= 120_000;
      return judge(used({ cpuPercent, memoryMb, atMs }), LIMITS).kind !== 'pass' || isGood;
    }),
    { numRuns: 10_000 },
  );
});

test('a platform without numbers says so', async () => {
  const site = {
    capabilities: async () => ({ metrics: { can: false, why: 'platform', say: 'it measures nothing' } }),
  };
  const verdict = await capacity.check({ site, nowMs: NOW } as unknown as Subject, LIMITS);
  expect(verdict).toEqual({ kind: 'unknown', because: 'it measures nothing' });
});
