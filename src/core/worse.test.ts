import { expect, test } from 'vitest';
import { randomFrom } from '../../test/simulation/random.ts';
import { type Compared, worseIn } from './worse.ts';

const LIMITS_MS = [50, 100, 250, 500, 1_000];
const ACCEPTABLE_POINTS = 1;

/** So many requests of which so many failed and so many were slow, beside how it was before. */
function compared(than: Compared['than'], requests: number, errors: number, slow = 0): Compared {
  return {
    than,
    now: { requests, errors, latency: [requests - slow, 0, 0, slow, 0, 0] },
    numbers: {
      windowMs: 30_000,
      requests,
      errors,
      latencyP50Ms: 25,
      latencyP95Ms: slow > requests / 20 ? 490 : 48,
      cpuPercent: null,
      memoryMb: null,
    },
    latencyLimitsMs: LIMITS_MS,
  };
}

const before = { requests: 2_400, errors: 48, latencyP95Ms: 48 };
const said = (requests: number, errors: number, slow = 0) =>
  worseIn(compared(before, requests, errors, slow), ACCEPTABLE_POINTS);

test('thirty times as many errors are clearly worse, and so are three times as many where there are enough requests', () => {
  expect(said(1_200, 720)).toEqual(['60 % errors in 1200 requests, 2 % before']);
  expect(said(5_000, 300)).toHaveLength(1);
});

test('what is less than twice as much, or too little to be sure of, is not', () => {
  expect(said(5_000, 190)).toEqual([]);
  expect(said(100, 5)).toEqual([]);
  expect(said(10, 10)).toEqual([]);
  expect(said(0, 0)).toEqual([]);
});

test('where nearly half of it failed already, a quarter more is enough', () => {
  const than = { requests: 2_400, errors: 960, latencyP95Ms: 48 };
  expect(worseIn(compared(than, 1_200, 800), ACCEPTABLE_POINTS)).toHaveLength(1);
  expect(worseIn(compared(than, 1_200, 700), ACCEPTABLE_POINTS)).toEqual([]);
});

test('what the plan calls acceptable is not called worse, however sure it is', () => {
  const than = { requests: 1_000_000, errors: 100, latencyP95Ms: 48 };
  expect(worseIn(compared(than, 1_000_000, 9_000), ACCEPTABLE_POINTS)).toEqual([]);
  expect(worseIn(compared(than, 1_000_000, 11_000), ACCEPTABLE_POINTS)).toHaveLength(1);
});

test('it is slower when more than one of twenty takes longer than twice what nineteen of twenty took', () => {
  expect(said(1_000, 20, 300)).toEqual(['p95 490 ms, 48 ms before']);
  expect(said(1_000, 20, 60)).toEqual([]);
  const unknown = { ...before, latencyP95Ms: null };
  expect(worseIn(compared(unknown, 1_000, 20, 900), ACCEPTABLE_POINTS)).toEqual([]);
});

test('a week of looks at what stays as it was says nothing, though its errors come in clumps', () => {
  const roll = randomFrom(7, 1).next;
  for (let look = 0; look < 20_000; look += 1) {
    const clumps = Array.from({ length: 60 }, roll).filter((each) => each < 0.02).length;
    expect(said(120, 2 * clumps)).toEqual([]);
  }
});
