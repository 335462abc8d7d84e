import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Deployed } from '../gate.ts';
import { judgeStaged } from './judge.ts';

const version = (name: string, commit: string | null = null) => ({ name, commit });
const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const ran = (more: Partial<Deployed> = {}): Deployed => ({
  deploymentId: 'd-1',
  version: version('v2'),
  endedAtMs: NOW - 2 * HOUR,
  untilMs: null,
  isTakenBack: false,
  ...more,
});
const judge = (deployed: readonly Deployed[], soak = 0, wanted = version('v2')) =>
  judgeStaged({ version: wanted, deployed, nowMs: NOW }, { environment: 'staging', soak });

test.each<[string, readonly Deployed[], number, string]>([
  ['it runs there', [ran()], 0, 'pass'],
  ['it has run there for long enough', [ran()], 2 * HOUR, 'pass'],
  ['it has not run there for long enough yet', [ran()], 3 * HOUR, 'unknown'],
  ['it ran there for long enough, until another came', [ran({ untilMs: NOW - HOUR })], HOUR, 'pass'],
  ['another came too soon', [ran({ untilMs: NOW - HOUR })], 2 * HOUR, 'fail'],
  ['it was never there', [ran({ version: version('v1') })], 0, 'fail'],
  ['nothing was ever there', [], 0, 'fail'],
  ['somebody went back from it', [ran({ isTakenBack: true })], 0, 'fail'],
  ['it came back after that', [ran({ endedAtMs: NOW - HOUR }), ran({ isTakenBack: true })], HOUR, 'pass'],
  ['somebody went back from it the second time', [ran({ isTakenBack: true }), ran()], 0, 'fail'],
  ['it ended in the future', [ran({ endedAtMs: NOW + HOUR })], 0, 'unknown'],
  ['a clock that tells nothing', [ran({ endedAtMs: Number.NaN })], 0, 'unknown'],
])('%s', (_, deployed, soak, kind) => {
  expect(judge(deployed, soak).kind).toBe(kind);
});

test('the commit tells, where both are known, whatever people call it', () => {
  const there = ran({ version: version('v2', 'a'.repeat(40)) });
  expect(judge([there], 0, version('v2', 'b'.repeat(40))).kind).toBe('fail');
  expect(judge([there], 0, version('release-2', 'a'.repeat(40))).kind).toBe('pass');
});

test('going by the name alone is said', () => {
  expect(judge([ran()]).because).toContain('going by its name');
});

test('a pass means that this version ran there for as long as is asked', () => {
  const any = fc.record({
    deploymentId: fc.constant('d-1'),
    version: fc.constantFrom(version('v1'), version('v2')),
    endedAtMs: fc.integer({ min: NOW - 5 * HOUR, max: NOW + HOUR }),
    untilMs: fc.option(fc.integer({ min: NOW - 5 * HOUR, max: NOW })),
    isTakenBack: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), fc.integer({ min: 0, max: 3 * HOUR }), (deployed, soak) => {
      if (judge(deployed, soak).kind !== 'pass') return;
      const last = deployed.find((each) => each.version.name === 'v2');
      expect(last?.isTakenBack).toBe(false);
      expect((last?.untilMs ?? NOW) - (last?.endedAtMs ?? NOW)).toBeGreaterThanOrEqual(soak);
    }),
    { numRuns: 10_000 },
  );
});
