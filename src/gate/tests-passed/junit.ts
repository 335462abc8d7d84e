import type { XmlElement } from '@rgrove/parse-xml';
import { type Parsed, type Says, type Taken, takenAt } from '../report.ts';
import { below, readXml, wholeIn, within } from '../xml.ts';
import type { Tally } from './tally.ts';

/**
 * JUnit XML, as Surefire, Gradle, pytest, Jest, Go and nearly everything else write it. There is no standard; what is
 * counted is the cases themselves, and the totals that suites claim have to agree with them
 * (https://github.com/testmoapp/junitxml).
 */
export function parseJunit(text: string): Parsed<Tally> {
  const root = readXml(text);
  if (root === null) return { kind: 'nonsense', because: 'it is not XML, or cut off' };
  if (root.name !== 'testsuites' && root.name !== 'testsuite')
    return { kind: 'nonsense', because: 'it is no JUnit report' };
  const suites = suitesIn(root);
  const wrong = suites.find((suite) => !agrees(suite));
  if (wrong !== undefined)
    return { kind: 'nonsense', because: 'the totals that it claims are not those of its tests' };
  const cases = casesIn(root);
  const ended = (end: string) => cases.filter((each) => endOf(each) === end);
  const failing = ended('failed').map(({ attributes }) => attributes['name'] ?? 'one without a name');
  const content = {
    passed: ended('passed').length,
    failed: failing.length,
    skipped: ended('skipped').length,
    failing,
  };
  return { kind: 'report', content, says: says(suites) };
}

/** This one and every suite inside it. */
function suitesIn(element: XmlElement): XmlElement[] {
  return [element, ...below(element, 'testsuite').flatMap(suitesIn)];
}

function casesIn(element: XmlElement): XmlElement[] {
  return suitesIn(element).flatMap((suite) => below(suite, 'testcase'));
}

/** A retried test that passed in the end has `flakyFailure` instead, which is no failure (Surefire). */
function endOf(testcase: XmlElement): 'passed' | 'failed' | 'skipped' {
  if (within(testcase).some(isFailure)) return 'failed';
  if (/^(?:fail|error)/i.test(testcase.attributes['status'] ?? '')) return 'failed';
  return below(testcase, 'skipped').length > 0 || isNotRun(testcase) ? 'skipped' : 'passed';
}

/** GoogleTest writes a disabled test without anything inside (its guide, "Generating an XML Report"). */
function isNotRun({ attributes }: XmlElement): boolean {
  const said = [attributes['status'], attributes['result']];
  return said.some((word) => /^(?:notrun|suppressed|skipped|disabled)$/i.test(word ?? ''));
}

function isFailure({ name }: XmlElement): boolean {
  return name === 'failure' || name === 'error';
}

/** A suite may claim no more failures than it shows, and has to show all tests that it claims. */
function agrees(suite: XmlElement): boolean {
  const cases = casesIn(suite);
  const failed = cases.filter((each) => endOf(each) === 'failed').length;
  const [tests, failures = 0, errors = 0] = ['tests', 'failures', 'errors'].map((name) =>
    wholeIn(suite, name),
  );
  if (tests === null || failures === null || errors === null) return false;
  // A failure outside of every test: something did not even begin.
  const outside = within(suite).filter(isFailure).length - cases.flatMap(within).filter(isFailure).length;
  return outside === 0 && (tests === undefined || tests === cases.length) && failures + errors <= failed;
}

function says(suites: readonly XmlElement[]): Says {
  const properties = suites
    .flatMap((suite) => below(suite, 'properties'))
    .flatMap((each) => below(each, 'property'));
  const valuesOf = (...wanted: readonly string[]) =>
    properties.flatMap(({ attributes: { name, value }, text }) =>
      wanted.includes(name ?? '') ? [value ?? text] : [],
    );
  return {
    commits: valuesOf('commit', 'git.commit', 'git.commit.id'),
    versions: valuesOf('version'),
    taken: oldest(suites.map(({ attributes }) => takenAt(attributes['timestamp'] ?? ''))),
  };
}

/** A run is as old as its first suite. */
function oldest(times: readonly (Taken | null)[]): Taken | null {
  const known = times.filter((time) => time !== null);
  return known.toSorted((a, b) => a.latestMs - b.latestMs)[0] ?? null;
}
