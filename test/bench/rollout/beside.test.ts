import { expect, test } from 'vitest';
import { beside, keptFrom } from './beside.ts';
import { cellsFor } from './cells.ts';
import type { Measured } from './run.ts';
import { tallyOf } from './tally.ts';

const [cell] = cellsFor(true);
const measured = (judge: string, name = 'a cell'): Measured => ({
  key: name,
  cell: cell!,
  tallies: [tallyOf(judge, [], true)],
});
const kept = keptFrom(JSON.stringify({ seed: 1, measured: [measured('mSPRT')] }));

test('judges that were not asked now are taken from the earlier run, as they were', () => {
  const [one] = beside(kept, [measured('Slipway')], { seed: 1 });
  expect(one!.tallies.map(({ judge }) => judge)).toEqual(['mSPRT', 'Slipway']);
  // What never happened is later than everything, and not at once.
  expect(one!.tallies[0]!.delaySeconds).toEqual({
    median: Number.POSITIVE_INFINITY,
    p95: Number.POSITIVE_INFINITY,
  });
});

test('who was asked now is not taken from before', () => {
  const [one] = beside(kept, [measured('mSPRT')], { seed: 1 });
  expect(one!.tallies).toHaveLength(1);
});

test('other rollouts are no company', () => {
  expect(() => beside(kept, [measured('Slipway')], { seed: 2 })).toThrow('the seed 1');
  expect(() => beside(kept, [measured('Slipway', 'another')], { seed: 1 })).toThrow('another');
  const noisy = { ...cell!, world: { ...cell!.world, pods: 3 } };
  expect(() => beside(kept, [{ ...measured('Slipway'), cell: noisy }], { seed: 1 })).toThrow('a cell');
});
