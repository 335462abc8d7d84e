import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { factsOf, judgeReport } from '../report.ts';
import { parseJunit } from './junit.ts';
import { judgeTally } from './tally.ts';

const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
const NOW = Date.UTC(2026, 10, 20, 12);

function verdictOn(text: string, passedPercentMin = 100) {
  const read = { kind: 'read', text, changedAtMs: NOW, isNamed: false } as const;
  const facts = factsOf(read, parseJunit, { name: 'v2', commit: COMMIT }, NOW);
  return judgeReport(facts, { ageMax: 86_400_000, mustBeNamed: true }, (tally) =>
    judgeTally(tally, { passedPercentMin, testsMin: 1 }),
  );
}

const properties = (commit = COMMIT) =>
  `<properties><property name="commit" value="${commit}"/></properties>`;

/** As Surefire, pytest and Jest write it: suites below one root, totals at each. */
const GOOD = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="0" errors="0">
  <testsuite name="orders" tests="3" failures="0" errors="0" skipped="1" timestamp="2026-11-20T10:00:00Z">
    ${properties()}
    <testcase classname="orders" name="takes an order" time="0.1"/>
    <testcase classname="orders" name="refuses an empty one" time="0.2"><system-out>&lt;failure/&gt;</system-out></testcase>
    <testcase classname="orders" name="is slow"><skipped/></testcase>
  </testsuite>
  <testsuite name="lines" tests="1" failures="0" errors="0"><testcase name="adds up"/></testsuite>
</testsuites>
`;

test('tests that all passed pass, and skipped ones have shown nothing', () => {
  expect(verdictOn(GOOD)).toEqual({ kind: 'pass', because: '3 of 3 tests passed, 1 skipped' });
});

test('one that failed fails, and is named', () => {
  const failed = GOOD.replace(
    'name="adds up"/>',
    'name="adds up"><failure message="2 != 3"/></testcase>',
  ).replaceAll('tests="1" failures="0"', 'tests="1" failures="1"');
  expect(verdictOn(failed)).toEqual({
    kind: 'fail',
    because: '2 of 3 tests passed, 1 skipped; failed: adds up',
  });
  expect(verdictOn(failed, 66).kind).toBe('pass');
  expect(verdictOn(failed, 66.7).kind).toBe('fail');
});

test('an error and a status count like a failure; a flaky test that passed in the end does not', () => {
  const one = (inside: string, attributes = '') =>
    `<testsuite>${properties()}<testcase name="a" ${attributes}>${inside}</testcase></testsuite>`;
  expect(verdictOn(one('<error/>')).kind).toBe('fail');
  expect(verdictOn(one('', 'status="failed"')).kind).toBe('fail');
  expect(verdictOn(one('<flakyFailure/>')).kind).toBe('pass');
});

test.each<[string, string]>([
  ['empty', ''],
  ['without a test', `<testsuite tests="0">${properties()}</testsuite>`],
  [
    'with skipped tests alone',
    `<testsuite>${properties()}<testcase name="a"><skipped/></testcase></testsuite>`,
  ],
  [
    'with tests alone that were switched off, as GoogleTest writes them',
    `<testsuite>${properties()}<testcase name="a" status="notrun" result="suppressed"/></testsuite>`,
  ],
  ['cut off', GOOD.slice(0, -15)],
  ['of another commit', GOOD.replace(COMMIT, 'ffffffffffffffff')],
  ['that names no commit', GOOD.replace(properties(), '')],
  ['with a total that is no number', GOOD.replace('tests="4"', 'tests="NaN"')],
  ['with fewer tests than it claims', GOOD.replace('tests="4"', 'tests="5"')],
  ['with more failures than it shows', GOOD.replace('errors="0">', 'errors="2">')],
  [
    'whose suite did not begin',
    GOOD.replace('<testcase name="adds up"/>', '<testcase name="adds up"/><error/>'),
  ],
  ['that is a web page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
  [
    'that names an entity of its own',
    `<!DOCTYPE x [<!ENTITY e "a">]>${GOOD.slice(39).replace('orders', '&e;')}`,
  ],
  ['that is nested without end', '<testsuite>'.repeat(400_000)],
  ['that is too old', GOOD.replace('2026-11-20T10', '2026-11-18T10')],
])('a report %s is not known', (_, text) => {
  expect(verdictOn(text).kind).toBe('unknown');
});

/** Read with nothing but regular expressions: what has to be so when a report of this shape is good. */
function isGood(text: string): boolean {
  const body = text.replace(/<!--[\s\S]*?-->/g, '');
  const cases = (body.match(/<testcase\b/g) ?? []).length;
  const skipped = (body.match(/<skipped\b/g) ?? []).length;
  const claimed = [...body.matchAll(/\btests\s*=\s*["']([^"']*)["']/g)].map(([, amount]) => Number(amount));
  const isOfCommit = new RegExp(`value\\s*=\\s*["']${COMMIT.slice(0, 7)}`).test(body);
  const hasNone = !/<(?:failure|error)\b/.test(body);
  return isOfCommit && hasNone && cases - skipped >= 1 && claimed.every((amount) => amount <= cases);
}

test('whatever happens to a good report, it passes only when it is still one', () => {
  let passed = 0;
  fc.assert(
    fc.property(changedTexts(GOOD), (text) => {
      const { kind } = verdictOn(text);
      if (kind === 'pass') passed += 1;
      return kind !== 'pass' || isGood(text);
    }),
    { numRuns: 10_000 },
  );
  // Many changes are to names and times: they leave a good report good.
  expect(passed).toBeGreaterThan(500);
});
