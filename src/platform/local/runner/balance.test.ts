import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balancer, type Weight } from './balance.ts';

/** Up to eight releases whose whole shares add up to 100. */
const splits = fc
  .array(fc.nat(100), { maxLength: 7 })
  .map((cuts) => [0, ...cuts.toSorted((a, b) => a - b), 100])
  .map((edges) =>
    edges.slice(1).map((edge, index) => ({ id: `r${index}`, weight: edge - (edges[index] ?? 0) })),
  );

function tally(next: () => string | null, requests: number): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (let request = 0; request < requests; request++) {
    const id = next();
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function furthest(split: readonly Weight[], requests: number): number {
  const counts = tally(balancer(split), requests);
  return Math.max(
    ...split.map(({ id, weight }) => Math.abs((counts.get(id) ?? 0) - (requests * weight) / 100)),
  );
}

test('after any number of requests every release has had its share, give or take less than one', () => {
  fc.assert(
    fc.property(splits, fc.nat(1_000), (split, requests) => {
      expect(furthest(split, requests)).toBeLessThan(1);
    }),
    { numRuns: 1_000 },
  );
});

test('a new split starts from nothing, so that it holds from the next request on', () => {
  fc.assert(
    fc.property(
      splits,
      splits,
      fc.nat(300),
      fc.integer({ min: 1, max: 300 }),
      (before, after, first, second) => {
        tally(balancer(before), first);
        expect(furthest(after, second)).toBeLessThan(1);
      },
    ),
  );
});

test('200 requests at 25 % are exactly 50', () => {
  const counts = tally(
    balancer([
      { id: 'old', weight: 75 },
      { id: 'new', weight: 25 },
    ]),
    200,
  );
  expect(counts.get('new')).toBe(50);
});

test('shares are spread out and not served in one go', () => {
  const next = balancer([
    { id: 'old', weight: 50 },
    { id: 'new', weight: 50 },
  ]);
  const first = Array.from({ length: 6 }, next);
  expect(first).toEqual(['old', 'new', 'old', 'new', 'old', 'new']);
});

test('nobody is chosen when nobody has a share', () => {
  expect(balancer([])()).toBeNull();
  expect(balancer([{ id: 'old', weight: 0 }])()).toBeNull();
});
