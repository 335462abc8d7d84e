import { expect, test } from 'vitest';
import { cpuMsOf, isUsageKnown, memoryMbOf, usageOf } from './usage.ts';

test('processor time is read behind a name that holds parentheses and spaces', () => {
  const stat = '4242 (a) b (c)) S 1 4242 4242 0 -1 4194560 100 0 0 0 37 5 0 0 20 0 11 0 1234 5678';
  expect(cpuMsOf(stat)).toBe(420);
});

test('what is not there is not zero', () => {
  expect(cpuMsOf('4242 (a) S')).toBeNull();
  expect(memoryMbOf('Name:\tnode\nState:\tZ (zombie)\n')).toBeNull();
  expect(usageOf(2 ** 30)).toBeNull();
});

test('memory is what is resident', () => {
  expect(memoryMbOf('VmPeak:\t  9999 kB\nVmRSS:\t   51200 kB\n')).toBe(50);
});

test.runIf(isUsageKnown)('this very process uses something', () => {
  const usage = usageOf(process.pid);
  expect(usage?.cpuMs).toBeGreaterThan(0);
  expect(usage?.memoryMb).toBeGreaterThan(10);
});
