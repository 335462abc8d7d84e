import { expect, test } from 'vitest';
import { combine, plainJudgement } from '../../../core/analysis/combine.ts';
import type { Judgement } from '../../../core/analysis/judgement.ts';
import type { Verdict } from '../../../core/verdict.ts';
import { numbersFor } from './decided-by.ts';
import type { Heard } from './hear.ts';

const counted = (requests: number, errors: number) => ({ requests, errors, latency: null });

/** A source that counted so many requests, of which so many failed; null: one that counts nothing. */
function source(
  from: string,
  kind: Verdict['kind'],
  sum: readonly [requests: number, errors: number] | null,
  more: Partial<Judgement> = {},
): Heard {
  const sums = sum && { sinceMs: 1_000, canary: counted(...sum), stable: counted(2 * sum[0], 0) };
  const evidence = {
    cursor: null,
    state: {},
    atMs: 61_000,
    latencyLimitsMs: [],
    sums,
    cpuPercent: null,
    memoryMb: null,
    gaps: [],
  };
  const judgement = { ...plainJudgement({ kind, because: `it is ${kind}` }), ...more };
  return { from, judgement, evidence, learnt: null };
}

const fine = source('platform', 'pass', [500, 0]);
const bad = source('prometheus', 'fail', [400, 40]);
const paused = source('datadog', 'unknown', [300, 3], { isPaused: true });
const alerts = source('alerts', 'fail', null);

test.each<[string, readonly Heard[], number | null]>([
  ['the one that found it bad, whichever is named first', [fine, bad], 400],
  ['the one that found it bad, before one that only pauses', [paused, bad], 400],
  ['the one that pauses, where none finds it bad', [fine, paused], 300],
  ['the first one, where all of them are content', [fine, source('prometheus', 'pass', [400, 0])], 500],
  ['the first one that counts at all', [source('prometheus', 'unknown', null), fine], 500],
  ['one that counts, where what found it bad counts nothing', [alerts, fine], 500],
  ['nobody, where nobody counts', [alerts], null],
])('the numbers beside a verdict are those of %s', (_, heard, requests) => {
  expect(numbersFor(heard).numbers?.requests ?? null).toBe(requests);
});

test('both versions are shown as the same source saw them', () => {
  expect(numbersFor([fine, bad])).toMatchObject({
    numbers: { requests: 400, errors: 40, windowMs: 60_000 },
    numbersBefore: { requests: 800, errors: 0 },
  });
  expect(numbersFor([fine, { ...bad, evidence: null }]).numbersBefore).toMatchObject({ requests: 1_000 });
});

test('of two sources the sentence names the one that found it bad, and what failed is counted by that one', () => {
  const excess = (each: Heard, excessErrors: number): Heard => ({
    ...each,
    judgement: { ...each.judgement, excessErrors },
  });
  const both = combine([excess(fine, 0), excess(bad, 40)]);
  expect(both.verdict).toEqual({ kind: 'fail', because: 'prometheus: it is fail' });
  expect(both.excessErrors).toBe(40);
  expect(combine([excess(fine, 2), alerts]).excessErrors).toBe(2);
  expect(combine([bad]).verdict.because).toBe('it is fail');
});
