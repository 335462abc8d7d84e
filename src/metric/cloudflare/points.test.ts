import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenAnswers, expectNothingInvented } from '../../../test/support/broken-answers.ts';
import { Failed } from '../../core/failure.ts';
import { readingsOf } from '../readings.ts';
import { dueWindows } from '../windows.ts';
import { Answer, rowsIn } from './client.ts';
import { pointsOf } from './points.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const pace = { stepMs: MINUTE, lagMs: MINUTE };
const due = dueWindows(dueWindows(null, pace, BEGIN).remembered, pace, BEGIN + 3 * MINUTE);

const row = (scriptVersion: string, minute: string, requests: number, errors: number, p95Ms: number) => ({
  dimensions: { datetimeMinute: `2026-11-20T${minute}:00Z`, scriptVersion },
  avg: { sampleInterval: 1 },
  sum: { requests, errors },
  quantiles: { wallTimeP95: p95Ms * 1_000 },
});
const recorded = {
  data: {
    viewer: {
      accounts: [
        {
          workersInvocationsAdaptive: [
            row('v2', '12:00', 40, 20, 2_500),
            row('v2', '12:01', 40, 20, 2_500),
            row('v1', '12:00', 360, 0, 12),
            row('v1', '12:01', 360, 0, 12),
          ],
        },
      ],
    },
  },
  errors: null,
};

const accountOf = (...rows: object[]) => ({ workersInvocationsAdaptive: rows });

function readingsFrom(answer: unknown) {
  const rows = rowsIn(Answer.parse(answer));
  const told = (name: string) => ({ name, points: pointsOf(rows, name) });
  return readingsOf(due, { latencyLimitsMs: [], canary: told('v2'), stable: told('v1'), gaps: [] });
}

test('what Cloudflare answers is read minute by minute', () => {
  const { stretches, gaps } = readingsFrom(recorded);
  expect(gaps).toEqual([]);
  expect(stretches).toHaveLength(2);
  expect(stretches[1]).toMatchObject({
    canary: { requests: 40, errors: 20, latencyP95Ms: 2_500 },
    stable: { requests: 360, errors: 0, latencyP95Ms: 12 },
  });
});

test('however ten thousand answers break, none of them makes a bad version look good', () => {
  fc.assert(
    fc.property(brokenAnswers(recorded), (answer) => {
      if (!Answer.safeParse(answer).success) return;
      try {
        expectNothingInvented(readingsFrom(answer));
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
      }
    }),
    { numRuns: 10_000 },
  );
});

test('numbers beyond all numbers are no small ones, however they are divided', () => {
  const absurd = row('v2', '12:00', 1e300, 20, 2_500);
  const divided = { ...absurd, avg: { sampleInterval: 1e300 } };
  const [point] = pointsOf(
    rowsIn(Answer.parse({ data: { viewer: { accounts: [accountOf(divided)] } } })),
    'v2',
  );
  expect(point).toMatchObject({ requests: null, errors: null });
});
