import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenAnswers, expectNothingInvented } from '../../../test/support/broken-answers.ts';
import { Failed } from '../../core/failure.ts';
import { readingsOf } from '../readings.ts';
import { dueWindows } from '../windows.ts';
import { Answer, toldIn } from './client.ts';
import { pointsOf } from './points.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const STEP = 30_000;
const pace = { stepMs: STEP, lagMs: 60_000 };
const due = dueWindows(dueWindows(null, pace, BEGIN).remembered, pace, BEGIN + 4 * STEP);

const row = (facet: string, index: number, counts: object) => ({
  facet,
  appVersion: facet,
  beginTimeSeconds: (BEGIN + index * STEP) / 1_000,
  endTimeSeconds: (BEGIN + (index + 1) * STEP) / 1_000,
  ...counts,
});
const bad = { requests: 40, errors: 20, telling: 40, atMost0: 0, atMost1: 0, timed: 40 };
const good = { requests: 360, errors: 0, telling: 360, atMost0: 360, atMost1: 360, timed: 360 };
const recorded = {
  data: {
    actor: {
      account: {
        nrql: {
          results: [row('v2', 0, bad), row('v2', 1, bad), row('v1', 0, good), row('v1', 1, good)],
          metadata: { messages: [] },
        },
      },
    },
  },
};

function readingsFrom(answer: unknown) {
  const { windows } = due;
  if (windows === null) throw new Error('nothing is due');
  const { rows } = toldIn(Answer.parse(answer));
  const told = (name: string) => ({ name, points: pointsOf(rows, name, 2, windows) });
  return readingsOf(due, { latencyLimitsMs: [50, 1_000], canary: told('v2'), stable: told('v1'), gaps: [] });
}

test('what New Relic answers is read window by window', () => {
  const { stretches, gaps } = readingsFrom(recorded);
  expect(gaps).toEqual([]);
  expect(stretches).toHaveLength(2);
  expect(stretches[1]?.canary).toMatchObject({ requests: 40, errors: 20, latency: [0, 0, 40] });
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

test('requests of which none says whether it has failed have not all succeeded', () => {
  const silent = structuredClone(recorded);
  for (const each of silent.data.actor.account.nrql.results) Object.assign(each, { errors: 0, telling: 0 });
  const { stretches, gaps } = readingsFrom(silent);
  expect(stretches).toEqual([]);
  expect(gaps.join()).toContain('v2 has no count of errors, which is not none');
  for (const each of silent.data.actor.account.nrql.results) Object.assign(each, { errors: 5, telling: 10 });
  expect(readingsFrom(silent).stretches[0]?.canary).toMatchObject({ requests: 10, errors: 5 });
});

test('a window of another length than was asked for is not believed', () => {
  const longer = structuredClone(recorded);
  const [first] = longer.data.actor.account.nrql.results;
  if (first !== undefined) first.endTimeSeconds += 30;
  expect(readingsFrom(longer).stretches).toHaveLength(1);
});
