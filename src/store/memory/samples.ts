import { oneEachSlot, type Sample, type Samples } from '../sample.ts';
import { kept } from './kept.ts';
import type { SampleRecord, State } from './state.ts';

export function memorySamples({ samples }: State): Samples {
  const put = (sample: Sample, isCoarse: boolean) => {
    const key = keyOf(sample);
    if (!samples.has(key)) samples.set(key, { sample: kept(sample), isCoarse });
  };
  const take = (which: (record: SampleRecord) => boolean) => {
    const taken = [...samples.values()].filter(which).map(({ sample }) => sample);
    for (const sample of taken) samples.delete(keyOf(sample));
    return taken;
  };
  return {
    keep: async (added) => {
      for (const sample of added) put(sample, false);
    },
    read: async (targetId, fromMs, untilMs) =>
      [...samples.values()]
        .map(({ sample }) => sample)
        .filter(
          (sample) => sample.targetId === targetId && sample.fromMs >= fromMs && sample.fromMs < untilMs,
        )
        .toSorted((a, b) => a.fromMs - b.fromMs),
    coarsen: async (endedByMs, slotMs) => {
      const fine = take(({ sample, isCoarse }) => !isCoarse && sample.toMs <= endedByMs);
      const targets = [...new Set(fine.map(({ targetId }) => targetId))];
      const coarse = targets.flatMap((id) =>
        oneEachSlot(
          fine.filter(({ targetId }) => targetId === id),
          slotMs,
        ),
      );
      for (const sample of coarse) put(sample, true);
      return fine.length - coarse.length;
    },
    forget: async (endedByMs) => take(({ sample }) => sample.toMs <= endedByMs).length,
  };
}

function keyOf({ targetId, fromMs }: Sample): string {
  return `${targetId} ${fromMs}`;
}
