import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { factsOf, judgeReport, type Parsed } from '../report.ts';
import { parseNewman } from './newman.ts';
import { parsePytest } from './pytest.ts';
import { judgeTally, type Tally } from './tally.ts';

const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
const NOW = Date.UTC(2026, 10, 20, 12);

function verdictOn(parse: (text: string) => Parsed<Tally>, text: string) {
  const read = { kind: 'read', text, changedAtMs: NOW, isNamed: false } as const;
  const facts = factsOf(read, parse, { name: 'v2', commit: COMMIT }, NOW);
  return judgeReport(facts, { ageMax: 86_400_000, mustBeNamed: true }, (tally) =>
    judgeTally(tally, { passedPercentMin: 100, testsMin: 1 }),
  );
}

const stat = (total: number, failed = 0, pending = 0) => ({ total, pending, failed });
const newman = {
  collection: { info: { name: 'Orders' } },
  environment: { name: 'staging', values: [{ key: 'commit', value: COMMIT }] },
  run: {
    stats: {
      iterations: stat(1),
      items: stat(3),
      requests: stat(3),
      tests: stat(3),
      testScripts: stat(3),
      prerequestScripts: stat(0),
      assertions: stat(7),
    },
    timings: { started: NOW - 60_000, completed: NOW - 30_000 },
    failures: [] as object[],
    executions: [],
  },
};

const pytest = {
  created: NOW / 1_000 - 60,
  duration: 0.1,
  exitcode: 0,
  root: '/src',
  environment: { Python: '3.13.0', commit: COMMIT },
  summary: { passed: 2, skipped: 1, total: 3, collected: 3 },
  tests: [
    { nodeid: 'test_orders.py::test_takes', outcome: 'passed' },
    { nodeid: 'test_orders.py::test_refuses', outcome: 'passed' },
    { nodeid: 'test_orders.py::test_slow', outcome: 'skipped' },
  ],
};

type Changed<T> = (report: T) => unknown;
const changed = <T>(report: T, change: Changed<T>): string => {
  const copy = structuredClone(report);
  change(copy);
  return JSON.stringify(copy);
};

test('good reports pass', () => {
  expect(verdictOn(parseNewman, JSON.stringify(newman))).toEqual({
    kind: 'pass',
    because: '7 of 7 tests passed',
  });
  expect(verdictOn(parsePytest, JSON.stringify(pytest))).toEqual({
    kind: 'pass',
    because: '2 of 2 tests passed, 1 skipped',
  });
});

test('an assertion, a request and a script of Newman fail alike', () => {
  for (const what of ['assertions', 'requests', 'testScripts'] as const) {
    const text = changed(newman, ({ run }) => {
      run.stats[what].failed = 1;
      run.failures.push({ error: { test: 'is taken', message: 'expected 201' } });
    });
    expect(verdictOn(parseNewman, text)).toMatchObject({
      kind: 'fail',
      because: expect.stringContaining('failed: is taken'),
    });
  }
});

const { stats } = newman.run;

test.each<[string, Changed<typeof newman>]>([
  ['that did not end', ({ run }) => Object.assign(run.stats, { requests: stat(3, 0, 1) })],
  ['without an assertion', ({ run }) => Object.assign(run.stats, { assertions: stat(0) })],
  ['that hides a failure', ({ run }) => run.failures.push({ error: { test: 'is taken' } })],
  ['in which more failed than ran', ({ run }) => Object.assign(run.stats, { assertions: stat(7, 8) })],
  ['that ended in an error', ({ run }) => Object.assign(run, { error: { message: 'no' } })],
  ['without its counts', ({ run }) => Object.assign(run, { stats: { ...stats, assertions: null } })],
  [
    'of another commit',
    ({ environment }) => Object.assign(environment.values[0] ?? {}, { value: 'f'.repeat(40) }),
  ],
  ['that is old', ({ run }) => Object.assign(run.timings, { completed: NOW - 3 * 86_400_000 })],
])('a report of Newman %s is not known', (_, change) => {
  expect(verdictOn(parseNewman, changed(newman, change)).kind).toBe('unknown');
});

test('a failed test of pytest fails, and is named', () => {
  const text = changed(pytest, (report) => {
    report.exitcode = 1;
    report.summary = { passed: 1, failed: 1, skipped: 1, total: 3, collected: 3 } as never;
    (report.tests[1] as { outcome: string }).outcome = 'failed';
  });
  expect(verdictOn(parsePytest, text)).toEqual({
    kind: 'fail',
    because: '1 of 2 tests passed, 1 skipped; failed: test_orders.py::test_refuses',
  });
});

test.each<[string, Changed<typeof pytest>]>([
  ['that collected nothing', (all) => Object.assign(all, { exitcode: 5, tests: [], summary: { total: 0 } })],
  ['that was interrupted', (all) => Object.assign(all, { exitcode: 2 })],
  ['with a failure that nobody counts', (all) => Object.assign(all, { exitcode: 1 })],
  ['whose counts do not add up', ({ summary }) => Object.assign(summary, { total: 4 })],
  [
    'whose tests are not those that it counts',
    ({ tests }) => Object.assign(tests[0] ?? {}, { outcome: 'failed' }),
  ],
  ['of another commit', ({ environment }) => Object.assign(environment, { commit: 'f'.repeat(40) })],
])('a report of pytest %s is not known', (_, change) => {
  expect(verdictOn(parsePytest, changed(pytest, change)).kind).toBe('unknown');
});

const members = [
  {
    name: 'Newman',
    parse: parseNewman,
    report: newman,
    // Of what is read: whatever else is changed leaves a good report good.
    isGood: (report: typeof newman) =>
      report.run.stats.assertions.total >= 1 &&
      [report.run.stats.assertions, report.run.stats.requests, report.run.stats.testScripts].every(
        ({ failed, pending }) => failed === 0 && pending === 0,
      ) &&
      report.run.failures.length === 0 &&
      report.environment.values[0]?.value.toLowerCase().startsWith(COMMIT.slice(0, 7)) === true,
  },
  {
    name: 'pytest',
    parse: parsePytest,
    report: pytest,
    isGood: (report: typeof pytest) =>
      report.exitcode === 0 &&
      report.summary.passed >= 1 &&
      !(report.tests ?? []).some(({ outcome }) => outcome === 'failed' || outcome === 'error') &&
      report.environment.commit.toLowerCase().startsWith(COMMIT.slice(0, 7)),
  },
] as const;

test.each(members)(
  'whatever happens to a good report of $name, it passes only when it is still one',
  ({ parse, report, isGood }) => {
    const words = ['failed', 'error', 'passed', COMMIT.slice(0, 8), 7, 3, 2, 1];
    const answers = changedAnswers(report, words).map((value) => JSON.stringify(value) ?? '');
    let passed = 0;
    const judges = (text: string) => {
      if (verdictOn(parse, text).kind !== 'pass') return true;
      passed += 1;
      return isGood(JSON.parse(text));
    };
    fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
    fc.assert(fc.property(changedTexts(JSON.stringify(report)), judges), { numRuns: 10_000 });
    expect(passed).toBeGreaterThan(500);
  },
);
