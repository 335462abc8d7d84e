import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { judgeScores, parseLighthouse } from './report.ts';

const LHR = {
  lighthouseVersion: '13.0.1',
  requestedUrl: 'https://shop.example.com/',
  finalDisplayedUrl: 'https://shop.example.com/',
  fetchTime: '2026-11-20T10:00:00.000Z',
  categories: {
    performance: { id: 'performance', title: 'Performance', score: 0.91 },
    accessibility: { id: 'accessibility', title: 'Accessibility', score: 1 },
    seo: { id: 'seo', title: 'SEO', score: 0.29 },
  },
};

function verdictOn(text: string, wanted: Record<string, number>) {
  const parsed = parseLighthouse(text);
  return parsed.kind === 'report'
    ? judgeScores(parsed.content, wanted)
    : { kind: 'unknown' as const, because: '' };
}

const LIMITS = { performance: 90, accessibility: 100 };

test('every category that is asked for has to reach its score', () => {
  const text = JSON.stringify(LHR);
  expect(verdictOn(text, LIMITS)).toEqual({ kind: 'pass', because: 'performance 91, accessibility 100' });
  expect(verdictOn(text, { performance: 92 })).toEqual({
    kind: 'fail',
    because: 'performance is 91, and not the 92 asked for',
  });
  expect(verdictOn(text, { seo: 29 }).kind).toBe('pass');
});

test.each<[string, object]>([
  ['a score that could not be measured', { categories: { ...LHR.categories, performance: { score: null } } }],
  ['a category that is not there', { categories: { accessibility: { score: 1 } } }],
  ['a score beyond its scale', { categories: { ...LHR.categories, performance: { score: 91 } } }],
  ['a page that could not be loaded', { runtimeError: { code: 'ERRORED_DOCUMENT_REQUEST', message: '' } }],
  ['no time', { fetchTime: 'lately' }],
])('%s is not known', (_, change) => {
  expect(verdictOn(JSON.stringify({ ...LHR, ...change }), LIMITS).kind).toBe('unknown');
});

test('whatever happens to a good report, it passes only when it is still one', () => {
  let passed = 0;
  const judges = (text: string) => {
    if (verdictOn(text, LIMITS).kind !== 'pass') return true;
    passed += 1;
    const { categories } = JSON.parse(text) as typeof LHR;
    return categories.performance.score >= 0.9 && categories.accessibility.score === 1;
  };
  const answers = changedAnswers(LHR, [0.5, 0.9, '1']).map((value) => JSON.stringify(value) ?? '');
  fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
  fc.assert(fc.property(changedTexts(JSON.stringify(LHR)), judges), { numRuns: 10_000 });
  expect(passed).toBeGreaterThan(500);
});
