import type { Look, Stretch } from '../../../../src/core/analysis/look.ts';
import { quantileOf } from '../simulator/buckets.ts';

/** Everything of the last so many seconds added up, as a range query of Prometheus does it. */
export type Window = {
  add(atMs: number, stretch: Stretch, withLatency: boolean): void;
  readonly requests: number;
  readonly errors: number;
  /** Of a hundred; null without requests. */
  errorPercent(): number | null;
  latencyMs(quantile: number): number | null;
  /** How many requests fell into this bucket or a slower one. */
  slowFrom(bucket: number): number;
};

type Piece = { readonly atMs: number; readonly stretch: Stretch; readonly withLatency: boolean };

export function openWindow(lengthMs: number, limitsMs: readonly number[]): Window {
  const pieces: Piece[] = [];
  const counts = new Array<number>(limitsMs.length + 1).fill(0);
  let requests = 0;
  let errors = 0;
  function count({ stretch, withLatency }: Piece, sign: 1 | -1): void {
    requests += sign * stretch.requests;
    errors += sign * stretch.errors;
    if (!withLatency || stretch.latency === null) return;
    for (const [bucket, each] of stretch.latency.entries())
      counts[bucket] = (counts[bucket] ?? 0) + sign * each;
  }
  return {
    get requests() {
      return requests;
    },
    get errors() {
      return errors;
    },
    add(atMs, stretch, withLatency) {
      const piece = { atMs, stretch, withLatency };
      pieces.push(piece);
      count(piece, 1);
      for (let first = pieces[0]; first !== undefined && first.atMs <= atMs - lengthMs; first = pieces[0]) {
        count(first, -1);
        pieces.shift();
      }
    },
    errorPercent: () => (requests > 0 ? (100 * errors) / requests : null),
    latencyMs: (quantile) => quantileOf(counts, limitsMs, quantile),
    slowFrom: (bucket) => counts.slice(bucket).reduce((sum, count) => sum + count, 0),
  };
}

/** Both versions over the last so many seconds; once the old one is gone, what it did in its last five minutes. */
export function openPair(lengthMs: number, limitsMs: readonly number[], warmUpMs: number) {
  const canary = openWindow(lengthMs, limitsMs);
  const beside = openWindow(lengthMs, limitsMs);
  const before = openWindow(300_000, limitsMs);
  return {
    canary,
    add(look: Look): void {
      const isWarm = look.stage.ageMs > warmUpMs;
      canary.add(look.atMs, look.canary, isWarm);
      if (look.stable === null) return;
      beside.add(look.atMs, look.stable, isWarm);
      before.add(look.atMs, look.stable, true);
    },
    stable: (look: Look) => (look.stable === null ? before : beside),
  };
}

/** True once in each period, at the first look at or after its end. */
export function openClock(everyMs: number): (look: Look) => boolean {
  let dueMs: number | null = null;
  return (look) => {
    dueMs ??= look.atMs - look.durationMs + everyMs;
    if (look.atMs < dueMs) return false;
    while (dueMs <= look.atMs) dueMs += everyMs;
    return true;
  };
}
