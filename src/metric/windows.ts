import { z } from 'zod';
import type { Cursor } from './metric.ts';
import { spanMs } from './span.ts';

/** How a source that sums up by itself is read: in equal windows, each only when it is over and everything has arrived. */
export type Pace = { readonly stepMs: number; readonly lagMs: number };

/** As a target writes it, each a `Span`. */
export function paceOf({ step, lag }: { readonly step: string; readonly lag: string }): Pace {
  return { stepMs: spanMs(step), lagMs: spanMs(lag) };
}

/** Windows in a row; each begins at a multiple of its length since 1970, as the sources themselves lay them out. */
export type Windows = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

/** What was last believed of one version, to see when a unit changes under us. */
export const Last = z.object({
  perSecond: z.number().nonnegative().nullable(),
  p95Ms: z.number().nonnegative().nullable(),
});
export type Last = z.infer<typeof Last>;

const Remembered = z.object({
  untilMs: z.number().int().nonnegative(),
  canary: Last,
  stable: Last,
});
export type Remembered = z.infer<typeof Remembered>;

export type Due = {
  /** Null: nothing is over yet that was not read before. */
  readonly windows: Windows | null;
  readonly remembered: Remembered;
  readonly gaps: readonly string[];
};

/** As many at once as every source answers in one page. */
const WINDOWS_MAX = 100;
const nothing: Last = { perSecond: null, p95Ms: null };

/** Which windows are to be read now. A first reading begins with the next window, so that nothing from before counts. */
export function dueWindows(cursor: Cursor, { stepMs, lagMs }: Pace, nowMs: number): Due {
  const anew: Remembered = {
    untilMs: Math.ceil(nowMs / stepMs) * stepMs,
    canary: nothing,
    stable: nothing,
  };
  if (cursor === null) return { windows: null, remembered: anew, gaps: [] };
  const read = Remembered.safeParse(cursor);
  if (!read.success || read.data.untilMs % stepMs !== 0 || read.data.untilMs > nowMs + stepMs) {
    const gap = 'where the last reading ended cannot be told any more, so that reading begins anew';
    return { windows: null, remembered: anew, gaps: [gap] };
  }
  const remembered = read.data;
  const toMs = Math.floor((nowMs - lagMs) / stepMs) * stepMs;
  if (toMs <= remembered.untilMs) return { windows: null, remembered, gaps: [] };
  const fromMs = Math.max(remembered.untilMs, toMs - WINDOWS_MAX * stepMs);
  const skipped = fromMs - remembered.untilMs;
  const gaps = skipped === 0 ? [] : [`nobody looked for long: ${skipped / 60_000} minutes are left out`];
  return { windows: { fromMs, toMs, stepMs }, remembered, gaps };
}

/** For a look back: every whole window, as many as there may be at once. */
export function windowsBack({ stepMs, lagMs }: Pace, backMs: number, nowMs: number): Windows {
  const toMs = Math.floor((nowMs - lagMs) / stepMs) * stepMs;
  const count = Math.min(WINDOWS_MAX, Math.max(1, Math.floor(backMs / stepMs)));
  return { fromMs: toMs - count * stepMs, toMs, stepMs };
}

/** When each of them begins. */
export function startsOf({ fromMs, toMs, stepMs }: Windows): readonly number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) }, (_, index) => fromMs + index * stepMs);
}
