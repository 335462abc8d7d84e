import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CopyUsage } from '../../platform/platform.ts';
import { baselineOf, Query, usageVerdict } from './judge.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const query = Query.parse({ memoryPercentMax: 80, cpuPercentMax: 80 });
const copy = (more: Partial<CopyUsage> = {}): CopyUsage => ({
  name: 'a',
  restarts: 0,
  lastEnd: null,
  cpuPercent: 20,
  memoryPercent: 40,
  measuredAtMs: NOW,
  ...more,
});
const judge = (...copies: CopyUsage[]) => {
  const baseline = baselineOf('rel-2', { copies: [copy()], say: null });
  return usageVerdict('v2', query, baseline, { copies, say: null }, NOW).kind;
};

test('only pods that are all measured now, and well, speak for a version', () => {
  expect(judge(copy())).toBe('pass');
  expect(judge(copy(), copy({ name: 'b', memoryPercent: 90 }))).toBe('fail');
  expect(judge(copy(), copy({ name: 'b', memoryPercent: null }))).toBe('unknown');
  expect(judge(copy({ measuredAtMs: NOW + 60_000 }))).toBe('unknown');
  expect(judge(copy({ memoryPercent: Number.NaN }))).toBe('unknown');
  expect(judge()).toBe('unknown');
  // One that is new counts from its first start.
  expect(judge(copy(), copy({ name: 'new', restarts: 1 }))).toBe('fail');
});

test('however ten thousand measurements break, pods that are full never pass', () => {
  const strange = fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY, 95, 200);
  const when = fc.constantFrom(null, NOW, NOW - 600_000, NOW + 600_000);
  const full = fc.record({ memoryPercent: strange, measuredAtMs: when });
  fc.assert(
    fc.property(fc.array(full, { maxLength: 4 }), (all) => {
      expect(judge(...all.map((each, index) => copy({ name: `p${index}`, ...each })))).not.toBe('pass');
    }),
    { numRuns: 10_000 },
  );
});
