import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checked, howOfRun, howOfStatus, judgeChecks } from './judge-checks.ts';

const read = (checked: readonly Checked[], more: Partial<Parameters<typeof judgeChecks>[0]> = {}) =>
  judgeChecks({ checked, required: null, unread: [], ...more });
const one = (name: string, how: Checked['how']): Checked => ({ name, how });

test.each([
  ['success', 'pass'],
  ['failure', 'fail'],
  ['error', 'fail'],
  ['pending', 'pending'],
  ['SUCCESS', 'unknown'],
  ['', 'unknown'],
  ['constructor', 'unknown'],
])('the commit status “%s” is %s', (word, how) => expect(howOfStatus(word)).toBe(how));

test.each([
  ['completed', 'success', 'pass'],
  ['completed', 'neutral', 'pass'],
  ['completed', 'skipped', 'pass'],
  ['completed', 'failure', 'fail'],
  ['completed', 'timed_out', 'fail'],
  ['completed', 'cancelled', 'fail'],
  ['completed', 'action_required', 'fail'],
  ['completed', 'stale', 'unknown'],
  ['completed', null, 'unknown'],
  ['completed', 'splendid', 'unknown'],
  ['in_progress', null, 'pending'],
  ['waiting', null, 'pending'],
  ['dreaming', 'success', 'unknown'],
])('a check run that is %s with %s is %s', (status, conclusion, how) => {
  expect(howOfRun(status, conclusion)).toBe(how);
});

describe('of everything that was checked', () => {
  test('nothing at all is unknown', () => expect(read([]).state).toBe('unknown'));
  test('all green is good', () => {
    expect(read([one('a', 'pass'), one('b', 'pass')])).toEqual({
      state: 'pass',
      failing: [],
      because: 'all 2 checks passed',
    });
  });
  test('one red is bad, whatever still runs', () => {
    expect(read([one('a', 'pending'), one('b', 'fail')])).toMatchObject({ state: 'fail', failing: ['b'] });
  });
  test('what still runs, and what could not be read, is not good', () => {
    expect(read([one('a', 'pass'), one('b', 'pending')]).because).toBe('still running: b');
    const half = read([one('a', 'pass')], { unread: ['check runs (403)'] });
    expect(half).toMatchObject({ state: 'unknown', because: 'not readable: check runs (403)' });
  });
});

describe('where it is known what is required', () => {
  const required = ['lint'];
  test('that alone counts, and others that are red are named', () => {
    expect(read([one('lint', 'pass'), one('slow', 'fail')], { required })).toEqual({
      state: 'pass',
      failing: [],
      because: 'the only required check passed; not required, and red: slow',
    });
  });
  test('one that was never heard of is not good', () => {
    expect(read([one('slow', 'pass')], { required })).toMatchObject({
      state: 'unknown',
      because: 'required, and not heard of: lint',
    });
  });
  test('a red one is bad', () => {
    expect(read([one('lint', 'fail')], { required })).toMatchObject({ state: 'fail', failing: ['lint'] });
  });
});

test('it is never good unless something passed and nothing that counts did not', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const how = fc.constantFrom<Checked['how']>('pass', 'fail', 'pending', 'unknown');
  fc.assert(
    fc.property(
      fc.array(fc.record({ name, how }), { maxLength: 5 }),
      fc.option(fc.array(name, { maxLength: 2 })),
      fc.array(fc.constant('x'), { maxLength: 1 }),
      (checked, required, unread) => {
        if (judgeChecks({ checked, required, unread }).state !== 'pass') return;
        const counts = required === null || required.length === 0 ? null : required;
        const counted = checked.filter((each) => counts?.includes(each.name) ?? true);
        expect(counted.length).toBeGreaterThan(0);
        expect(counted.every((each) => each.how === 'pass')).toBe(true);
        expect(unread).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});
