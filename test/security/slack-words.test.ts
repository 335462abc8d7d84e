import fc from 'fast-check';
import { test } from 'vitest';
import { drawingOf, expectTaken } from '../support/slack/drawing.ts';

test('100,000 reports and answers full of hostile words break no limit, mention nobody and link nowhere', () => {
  fc.assert(
    fc.property(fc.nat(0x7fffffff), (seed) => expectTaken(drawingOf(seed))),
    { numRuns: 100_000 },
  );
});
