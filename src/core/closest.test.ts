import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test.each([
  ['paymets', ['payments', 'payments-api', 'web'], ['payments']],
  ['paymants', ['payments', 'payments-api', 'web'], ['payments']],
  ['pay', ['payments', 'payments-api', 'web'], ['payments', 'payments-api']],
  ['wbe', ['web', 'api'], ['web']],
  ['WEB', ['web'], ['web']],
  ['pyaemnts', ['payments', 'web'], ['payments']],
  ['rollng', ['rolling', 'all-at-once'], ['rolling']],
  ['ui', ['db', 'web'], []],
  ['zzz', ['web', 'api'], []],
  ['', ['web'], []],
])('closest to %j among %j is %j', (word, candidates, expected) => {
  expect(closest(word, candidates)).toEqual(expected);
});

test('a swap of neighbours is one slip, so it comes before two', () => {
  expect(closest('stagign', ['staging', 'stagig', 'stagigno'], 1)).toEqual(['stagig']);
  expect(closest('saetging', ['staging', 'saetting'])).toEqual(['saetting']);
});

test('a candidate that was spelled right is always found first, and never more than asked for', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, fc.nat(7), fc.integer({ min: 1, max: 4 }), (candidates, pick, max) => {
      const word = candidates[pick % candidates.length]!;
      const found = closest(word, candidates, max);
      expect(found[0]).toBe(word);
      expect(found.length).toBeLessThanOrEqual(max);
    }),
  );
});

test('one deleted letter is always forgiven in words of three letters or more', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(11), (word, at) => {
      const cut = at % word.length;
      expect(closest(word.slice(0, cut) + word.slice(cut + 1), [word])).toEqual([word]);
    }),
  );
});
