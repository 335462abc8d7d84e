import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, ChangeReview } from '../../source/source.ts';
import { judgeReviews } from './judge.ts';

const HEAD = 'a'.repeat(40);
const yes = (by: string, of: string | null = HEAD): ChangeReview => ({ by, says: 'approved', of });
const change = (reviews: readonly ChangeReview[], more: Partial<Change> = {}): Change => ({
  name: '#7',
  authors: ['github:ada'],
  anonymous: [],
  head: HEAD,
  reviews,
  isTruncated: false,
  ...more,
});
const judge = (changes: readonly (Change | null)[], approvals = 1) =>
  judgeReviews(
    { kind: 'known', changes: changes.map((each) => ({ commit: 'abc', change: each })) },
    approvals,
  );

test.each<[string, readonly (Change | null)[], number, string]>([
  ['approved by somebody else', [change([yes('github:ben')])], 1, 'pass'],
  ['approved by two', [change([yes('github:ben'), yes('github:cat')])], 2, 'pass'],
  ['approved by one where two are asked for', [change([yes('github:ben')])], 2, 'fail'],
  [
    'approved, nobody knows by whom it was written',
    [change([yes('github:ben')], { anonymous: ['abc1234'] })],
    1,
    'unknown',
  ],
  ['approved by its author', [change([yes('github:ada')])], 1, 'fail'],
  [
    'approved by who wrote some of it',
    [change([yes('github:ben')], { authors: ['github:ada', 'github:ben'] })],
    1,
    'fail',
  ],
  ['approved before it was changed', [change([yes('github:ben', 'b'.repeat(40))])], 1, 'fail'],
  ['approved, nobody knows what', [change([yes('github:ben', null)])], 1, 'fail'],
  ['approved twice by one', [change([yes('github:ben'), yes('github:ben')])], 2, 'fail'],
  ['taken back', [change([yes('github:ben'), { by: 'github:ben', says: 'dismissed', of: HEAD }])], 1, 'fail'],
  [
    'changes asked for',
    [change([yes('github:ben'), { by: 'github:cat', says: 'changes-requested', of: HEAD }])],
    1,
    'fail',
  ],
  [
    'changes asked for, then approved',
    [change([{ by: 'github:ben', says: 'changes-requested', of: HEAD }, yes('github:ben')])],
    1,
    'pass',
  ],
  ['cut off', [change([yes('github:ben')], { isTruncated: true })], 1, 'unknown'],
  ['brought by nothing that is known', [null], 1, 'unknown'],
  ['one of two not approved', [change([yes('github:ben')]), change([], { name: '#8' })], 1, 'fail'],
  ['one of two unknown', [change([yes('github:ben')]), null], 1, 'unknown'],
  ['nothing at all', [], 1, 'unknown'],
])('%s', (_, changes, approvals, kind) => {
  expect(judge(changes, approvals).kind).toBe(kind);
});

test('what could not be listed is unknown', () => {
  expect(judgeReviews({ kind: 'not-known', because: 'too many' }, 1)).toEqual({
    kind: 'unknown',
    because: 'too many',
  });
});

const people = ['github:ada', 'github:ben', 'github:cat'];
const anyChange = fc.record({
  name: fc.constantFrom('#1', '#2'),
  authors: fc.subarray(people),
  anonymous: fc.subarray(['abc1234']),
  head: fc.constant(HEAD),
  reviews: fc.array(
    fc.record({
      by: fc.constantFrom(...people),
      says: fc.constantFrom('approved' as const, 'changes-requested' as const, 'dismissed' as const),
      of: fc.constantFrom(HEAD, 'b'.repeat(40), null),
    }),
    { maxLength: 6 },
  ),
  isTruncated: fc.boolean(),
});

test('a pass means that enough others have the last word, that it is yes, and that it is of the head', () => {
  fc.assert(
    fc.property(anyChange, fc.integer({ min: 1, max: 2 }), (each, approvals) => {
      if (judge([each], approvals).kind !== 'pass') return;
      expect(each.anonymous).toEqual([]);
      const last = people.map((by) => each.reviews.findLast((review) => review.by === by));
      const counted = last.filter(
        (review) => review?.says === 'approved' && review.of === HEAD && !each.authors.includes(review.by),
      );
      expect(counted.length).toBeGreaterThanOrEqual(approvals);
      expect(last.some((review) => review?.says === 'changes-requested')).toBe(false);
      expect(each.isTruncated).toBe(false);
    }),
    { numRuns: 10_000 },
  );
});
