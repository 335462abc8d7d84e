import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import type { Parsed } from '../report.ts';
import { parseCobertura } from './cobertura.ts';
import { codeCovered } from './index.ts';
import { parseIstanbul } from './istanbul.ts';
import { parseLcov } from './lcov.ts';
import { type Coverage, judgeCoverage } from './share.ts';

const LCOV = `TN:
SF:src/orders.ts
FN:1,take
FNDA:3,take
FNF:1
FNH:1
DA:1,3
DA:2,3
DA:3,0
DA:4,1
LF:4
LH:3
BRDA:2,0,0,3
BRDA:2,0,1,-
BRF:2
BRH:1
end_of_record
TN:
SF:src/lines.ts
DA:1,1
LF:1
LH:1
end_of_record
`;

const COBERTURA = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage version="7.6" timestamp="1763640000000" lines-valid="5" lines-covered="4" line-rate="0.8" branches-covered="1" branches-valid="2" branch-rate="0.5" complexity="0">
  <packages><package name="." line-rate="0.8"><classes/></package></packages>
</coverage>
`;

const part = (total: number, covered: number) => ({
  total,
  covered,
  skipped: 0,
  pct: total === 0 ? ('Unknown' as const) : Math.floor((10_000 * covered) / total) / 100,
});
const parts = (lines: [number, number]) => ({
  lines: part(...lines),
  statements: part(...lines),
  functions: part(1, 1),
  branches: part(0, 0),
});
const ISTANBUL = {
  total: { ...parts([5, 4]), functions: part(2, 2) },
  '/src/orders.ts': parts([3, 2]),
  '/src/lines.ts': parts([2, 2]),
};

function verdictOn(parse: (text: string) => Parsed<Coverage>, text: string, linesPercentMin: number) {
  const parsed = parse(text);
  return parsed.kind === 'report'
    ? judgeCoverage(parsed.content, { lines: linesPercentMin })
    : { kind: 'unknown' as const, because: parsed.because };
}

const members = [
  { name: 'lcov', parse: parseLcov, good: LCOV },
  { name: 'Cobertura', parse: parseCobertura, good: COBERTURA },
  { name: 'Istanbul', parse: parseIstanbul, good: JSON.stringify(ISTANBUL) },
] as const;

test.each(members)('four lines of five are 80 percent in $name, and not a bit more', ({ parse, good }) => {
  expect(verdictOn(parse, good, 80)).toEqual({ kind: 'pass', because: '80 % of 5 lines covered' });
  expect(verdictOn(parse, good, 80.01)).toMatchObject({ kind: 'fail' });
});

test.each(members)('what is cut off, empty or another thing altogether is no $name', ({ parse, good }) => {
  const texts = ['', '{}', '<a/>', 'null', good.slice(0, good.length - 20), good.slice(10)];
  expect(texts.map((text) => parse(text).kind)).toEqual(texts.map(() => 'nonsense'));
});

test('a share that nobody gives, and a share of nothing, are not known', () => {
  const read = parseIstanbul(JSON.stringify(ISTANBUL));
  const content = read.kind === 'report' ? read.content : null;
  expect(judgeCoverage(content as Coverage, { branches: 0 }).kind).toBe('unknown');
  const cobertura = parseCobertura(COBERTURA);
  expect(
    judgeCoverage(cobertura.kind === 'report' ? cobertura.content : (content as Coverage), { functions: 0 }),
  ).toEqual({
    kind: 'unknown',
    because: 'the report says nothing of functions',
  });
});

test.each<[string, (text: string) => Parsed<Coverage>, string]>([
  ['a count that is no number', parseLcov, LCOV.replace('LF:4', 'LF:NaN')],
  ['a negative count', parseLcov, LCOV.replace('DA:2,3', 'DA:2,-3')],
  ['more covered than there is', parseLcov, LCOV.replace('LH:1', 'LH:5').replace('LH:3', 'LH:5')],
  ['a file inside another', parseLcov, LCOV.replace('DA:1,3', 'SF:src/other.ts')],
  ['rates that are not those of the totals', parseCobertura, COBERTURA.replace('"0.8"', '"0.95"')],
  ['a rate that is no number', parseCobertura, COBERTURA.replace('"0.8"', '"NaN"')],
  ['half of the totals', parseCobertura, COBERTURA.replace('lines-valid="5"', '')],
  [
    'a percentage that is not that of its counts',
    parseIstanbul,
    JSON.stringify(ISTANBUL).replace('"pct":80', '"pct":99'),
  ],
  [
    'a total that is not that of its files',
    parseIstanbul,
    JSON.stringify({ ...ISTANBUL, total: { ...ISTANBUL.total, lines: part(5, 5) } }),
  ],
])('%s makes it no report', (_, parse, text) => {
  expect(parse(text).kind).toBe('nonsense');
});

test('where lcov counts lines in two ways, the worse of both counts', () => {
  expect(verdictOn(parseLcov, LCOV.replace('LH:3', 'LH:2'), 61).kind).toBe('fail');
  expect(verdictOn(parseLcov, LCOV.replace('DA:4,1', 'DA:4,0'), 61).kind).toBe('fail');
});

/** The best that any reading of the text by plain patterns allows. */
const bounds: Record<string, (text: string) => boolean> = {
  lcov: (text) => {
    const hits = text.match(/^DA:\d+,0*[1-9]/gm)?.length ?? 0;
    const sum = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}:(\\d+)\\r?$`, 'gm'))].reduce(
        (all, [, each]) => all + Number(each),
        0,
      );
    return (
      /end_of_record\s*(?:#.*)?$/.test(text) &&
      (hits >= 1 || sum('LH') >= 1) &&
      sum('LH') * 100 >= 80 * sum('LF')
    );
  },
  Cobertura: (text) => {
    const said = (name: string) => Number(new RegExp(`\\b${name}\\s*=\\s*["'](\\d+)["']`).exec(text)?.[1]);
    return said('lines-covered') * 100 >= 80 * said('lines-valid') && /<\/coverage\s*>/.test(text);
  },
  Istanbul: (text) => {
    const { total } = JSON.parse(text) as typeof ISTANBUL;
    return total.lines.covered * 100 >= 80 * total.lines.total && total.lines.total > 0;
  },
};

test.each(members)(
  'whatever happens to a good report of $name, it passes only when it is still one',
  ({ name, parse, good }) => {
    let passed = 0;
    const judges = (text: string) => {
      if (verdictOn(parse, text, 80).kind !== 'pass') return true;
      passed += 1;
      return bounds[name]?.(text) === true;
    };
    fc.assert(fc.property(changedTexts(good), judges), { numRuns: 10_000 });
    if (name === 'Istanbul') {
      const answers = changedAnswers(ISTANBUL, [80, 5, 4, 'Unknown']).map(
        (value) => JSON.stringify(value) ?? '',
      );
      fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
    }
    expect(passed).toBeGreaterThan(200);
  },
);

test('a report that cannot say what it is of has to be named by its place, and something has to be asked of it', () => {
  const takes = (settings: object) => codeCovered.Settings.safeParse(settings).success;
  const from = 'reports/{commit}/lcov.info';
  expect(takes({ from, format: 'lcov', linesPercentMin: 80, ageMax: '2d' })).toBe(true);
  expect(takes({ from: 'reports/lcov.info', format: 'lcov', linesPercentMin: 80 })).toBe(false);
  expect(takes({ from, format: 'lcov' })).toBe(false);
  expect(takes({ from, format: 'lcov', linesPercentMin: 101 })).toBe(false);
  expect(takes({ from, format: 'lcov', linesPercentMin: 80, linePercentMin: 80 })).toBe(false);
});
