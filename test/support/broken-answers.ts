import fc from 'fast-check';
import { expect } from 'vitest';
import type { Readings } from '../../src/metric/metric.ts';

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  return [path, ...[...keys].flatMap((key) => placesIn((value as never)[key], [...path, key]))];
}

/** What may have become of one place: nothing that is only another number, because nobody can see that. */
const breaks = ['gone', 'null', 'word', 'minus', 'huge', 'twice', 'short', 'empty', 'swapped'] as const;
type Break = (typeof breaks)[number];

function broken(value: unknown, how: Break): unknown {
  if (how === 'gone') return undefined;
  if (how === 'word') return 'NaN';
  if (how === 'empty') return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) {
    if (how === 'twice') return [...value, ...value];
    if (how === 'short') return value.slice(0, -1);
    if (how === 'swapped') return value.toReversed();
  }
  // As far as JSON can say it: a number beyond all numbers.
  if (typeof value === 'number') return how === 'minus' ? -value - 1 : how === 'huge' ? 1e300 : null;
  return null;
}

/** The same with one place of it broken; as it was where that place is gone already. */
function put(value: unknown, [key, ...inside]: Path, how: Break): unknown {
  if (key === undefined) return broken(value, how);
  if (typeof value !== 'object' || value === null || !(key in value)) return value;
  const to = put((value as Record<string | number, unknown>)[key], inside, how);
  if (Array.isArray(value)) {
    return to === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), to);
  }
  const { [key]: _, ...others } = value as Record<string | number, unknown>;
  return to === undefined ? others : { ...others, [key]: to };
}

/** A recorded answer after one to three accidents. */
export function brokenAnswers(recorded: unknown): fc.Arbitrary<unknown> {
  const accident = fc.tuple(fc.constantFrom(...placesIn(recorded)), fc.constantFrom(...breaks));
  return fc
    .array(accident, { minLength: 1, maxLength: 3 })
    .map((accidents) => accidents.reduce((answer, [place, how]) => put(answer, place, how), recorded));
}

/**
 * Of a version that fails every second request and is slow, beside one that is quick and never fails: whatever became of
 * the answer, the one never looks better than it is, and the other never worse.
 */
export function expectNothingInvented({ stretches }: Readings): void {
  for (const { canary, stable, latencyLimitsMs } of stretches) {
    expect(canary.errors * 2).toBeGreaterThanOrEqual(canary.requests);
    // A little may be lost on the way to it, as everywhere.
    if (stable !== null) expect(stable.errors).toBeLessThanOrEqual(0.02 * stable.requests);
    if (canary.latency !== null) {
      // Slower than the last limit, all of them.
      expect(canary.latency).toHaveLength(latencyLimitsMs.length + 1);
      expect(canary.latency.slice(0, -1).every((count) => count === 0)).toBe(true);
    }
    if (stable?.latency != null) {
      expect(stable.latency).toHaveLength(latencyLimitsMs.length + 1);
      expect(stable.latency.slice(1).every((count) => count === 0)).toBe(true);
    }
    if (canary.latencyP95Ms !== null) expect(canary.latencyP95Ms).toBeGreaterThanOrEqual(2_000);
    if (stable?.latencyP95Ms != null) expect(stable.latencyP95Ms).toBeLessThanOrEqual(20);
  }
}
