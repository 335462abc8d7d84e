import { expect, test } from 'vitest';
import type { Judgement } from './analysis/judgement.ts';
import type { TurnAnswered } from './people.ts';
import type { Turning } from './step-state.ts';
import { isDecided, turnBack } from './turn-back.ts';

const watch = { countdown: { strongMs: 5_000, plainMs: 10_000 }, heldMs: 60_000 };

function judged(kind: 'pass' | 'fail' | 'unknown', severity: Judgement['severity'] = 'plain'): Judgement {
  return {
    verdict: { kind, because: 'v2 answers 5 % errors' },
    isPaused: false,
    severity,
    measures: [],
    excessErrors: null,
  };
}

const turning: Turning = { judgement: judged('fail'), sinceMs: 1_000, untilMs: 11_000 };

function said(how: TurnAnswered['how'], atMs = 2_000): TurnAnswered {
  return { how, by: 'U0ADA', why: 'I know why', atMs };
}

test('what is bad is announced first, for as long as it is doubtful, and not at all beyond a hard limit', () => {
  expect(turnBack(judged('fail'), null, null, watch, 1_000)).toEqual({ kind: 'announce', untilMs: 11_000 });
  expect(turnBack(judged('fail', 'strong'), null, null, watch, 1_000)).toMatchObject({ untilMs: 6_000 });
  expect(turnBack(judged('fail', 'hard'), null, null, watch, 1_000)).toMatchObject({ kind: 'back' });
});

test('nothing is announced that is not bad', () => {
  expect(turnBack(judged('pass'), null, null, watch, 1_000)).toEqual({ kind: 'none' });
  expect(turnBack(judged('unknown'), null, null, watch, 1_000)).toEqual({ kind: 'none' });
});

test('it goes back when the countdown is over, and at once when it gets worse or a person says so', () => {
  expect(turnBack(judged('fail'), turning, null, watch, 10_999)).toEqual({ kind: 'wait', untilMs: 11_000 });
  expect(turnBack(judged('fail'), turning, null, watch, 11_000)).toMatchObject({ kind: 'back' });
  expect(turnBack(judged('fail', 'hard'), turning, null, watch, 2_000)).toMatchObject({ kind: 'back' });
  expect(turnBack(judged('fail'), turning, said('now'), watch, 2_000)).toMatchObject({ kind: 'back' });
});

test('numbers that look better during the countdown do not stop it: only a person does', () => {
  expect(turnBack(judged('unknown'), turning, null, watch, 11_000)).toMatchObject({ kind: 'back' });
  expect(turnBack(judged('pass'), turning, null, watch, 11_000)).toMatchObject({ kind: 'back' });
});

test('who holds it has so long to decide, and then it goes back', () => {
  expect(turnBack(judged('fail'), turning, said('hold'), watch, 61_999)).toEqual({
    kind: 'wait',
    untilMs: 62_000,
  });
  expect(turnBack(judged('fail'), turning, said('hold'), watch, 62_000)).toMatchObject({
    kind: 'back',
    because: expect.stringContaining('nobody decided within 1 m'),
  });
});

test('what was said counts when it was announced, by whatever clock, and not before', () => {
  expect(turnBack(judged('fail'), null, said('go-on', 999), watch, 2_000)).toMatchObject({
    kind: 'announce',
  });
  expect(turnBack(judged('fail'), turning, said('go-on', 999), watch, 2_000)).toMatchObject({
    kind: 'go-on',
  });
  expect(turnBack(judged('fail'), turning, said('go-on'), watch, 20_000)).toMatchObject({ kind: 'go-on' });
  expect(turnBack(judged('fail'), turning, said('dismiss'), watch, 20_000)).toMatchObject({
    kind: 'dismiss',
  });
});

test('who holds it has seen doubt, and no broken limit: that goes back all the same', () => {
  const worse: Judgement = {
    ...judged('fail', 'hard'),
    verdict: { kind: 'fail', because: 'half of it fails' },
  };
  expect(turnBack(worse, turning, said('hold'), watch, 3_000)).toEqual({
    kind: 'back',
    because: 'half of it fails',
  });
  expect(turnBack(worse, turning, said('go-on'), watch, 3_000)).toMatchObject({ kind: 'go-on' });
});

test('back at once is never unsaid, and nobody holds for longer by holding again', () => {
  for (const how of ['hold', 'go-on', 'dismiss', 'now'] as const) {
    expect(isDecided(said('now'), how)).toBe(true);
    expect(isDecided(said('hold'), how)).toBe(how === 'hold');
    expect(isDecided(said('go-on'), how)).toBe(false);
    expect(isDecided(null, how)).toBe(false);
  }
});
