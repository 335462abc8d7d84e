import type { Asked, Cursor, Readings } from './metric.ts';
import { readingsOf } from './readings.ts';
import type { Point } from './windowed.ts';
import { dueWindows, type Pace, type Windows } from './windows.ts';

/** What a source says of the windows that it is asked for. */
export type Answered = {
  readonly latencyLimitsMs: readonly number[];
  readonly canary: readonly Point[];
  /** Null where nothing runs beside it. */
  readonly stable: readonly Point[] | null;
  /** What the source says against its own answer, such as that it is only a part. */
  readonly gaps?: readonly string[];
};

/** One reading of a source that sums up by itself; nobody is asked while no window is due. */
export async function readWindows(
  asked: Asked,
  cursor: Cursor,
  pace: Pace,
  ask: (windows: Windows) => Promise<Answered>,
): Promise<Readings> {
  const due = dueWindows(cursor, pace, asked.nowMs);
  if (due.windows === null) return readingsOf(due, null);
  const { latencyLimitsMs, canary, stable, gaps = [] } = await ask(due.windows);
  return readingsOf(due, {
    latencyLimitsMs,
    canary: { name: asked.canary.version.name, points: canary },
    stable: stable && { name: asked.stable?.version.name ?? 'what ran before', points: stable },
    gaps,
  });
}
