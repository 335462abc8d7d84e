import type { CountersAt } from '../core/event.ts';
import { sumOfBuckets } from '../core/measure.ts';

/** What was measured at one target over one stretch of time, of all that served there together. */
export type Sample = {
  readonly targetId: string;
  /** By the clock of the store. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How much of the stretch was really measured: the rest is not known, and is not nothing. */
  readonly measuredMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Cumulative, of the requests of this stretch alone; empty where latencies are not known. */
  readonly latencyBuckets: CountersAt['latencyBuckets'];
  /** Of the largest release; null where it is not known. */
  readonly memoryMb: number | null;
};

/**
 * Kept for charts, and to know what is normal at a place. What is judged by that is read from the platform at that moment.
 */
export type Samples = {
  /** A target's sample that begins where one of it began already is kept once. */
  keep(samples: readonly Sample[]): Promise<void>;
  /** Those that begin from `fromMs` on and before `untilMs`, oldest first. */
  read(targetId: string, fromMs: number, untilMs: number): Promise<readonly Sample[]>;
  /** Makes one of all that begin within the same `slotMs`, of those that ended by `endedByMs`. How many it took away. */
  coarsen(endedByMs: number, slotMs: number): Promise<number>;
  /** Forgets what ended by `endedByMs`, and says how many that were. */
  forget(endedByMs: number): Promise<number>;
};

/** One for each slot that they begin in, oldest first. All are of one target. */
export function oneEachSlot(samples: readonly Sample[], slotMs: number): Sample[] {
  const slots = new Map<number, Sample[]>();
  for (const sample of samples) {
    const slot = Math.floor(sample.fromMs / slotMs);
    slots.set(slot, [...(slots.get(slot) ?? []), sample]);
  }
  return [...slots.values()].flatMap((inside) => asOne(inside) ?? []);
}

/** Several stretches as one; null for none at all. */
export function asOne(samples: readonly Sample[]): Sample | null {
  const [first] = samples;
  if (first === undefined) return null;
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  const memories = samples.flatMap(({ memoryMb }) => memoryMb ?? []);
  return {
    targetId: first.targetId,
    fromMs: Math.min(...samples.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...samples.map(({ toMs }) => toMs)),
    measuredMs: sum(({ measuredMs }) => measuredMs),
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    latencyBuckets: sumOfBuckets(
      samples.filter(({ requests }) => requests > 0).map(({ latencyBuckets }) => latencyBuckets),
    ),
    memoryMb: memories.length === 0 ? null : Math.max(...memories),
  };
}
