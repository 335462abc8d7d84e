import { z } from 'zod';
import { windowAt } from './calendar/occurrence.ts';
import { sayWindow } from './calendar/say-window.ts';
import { Window } from './calendar/window.ts';
import { ZoneName } from './calendar/zone.ts';
import type { ConfiguredFreeze } from './catalog.ts';
import type { Obstacle, Passing } from './obstacle.ts';
import { covers, Scope, sayScope } from './scope.ts';
import { person, type Text, time } from './text.ts';

/** A stretch of time, one that comes back, or from a moment on until somebody lifts it. */
export const FreezeWindow = z.union([
  Window,
  z.strictObject({ kind: z.literal('open'), fromMs: z.number().int() }),
]);
export type FreezeWindow = z.infer<typeof FreezeWindow>;

/** Nothing new is deployed where it reaches, and nothing gets more traffic. Rollbacks pass, and so does who breaks the glass. */
export const Freeze = z.strictObject({
  scope: Scope,
  window: FreezeWindow,
  /** For saying when it is. */
  zone: ZoneName,
  reason: z.string(),
  /** The account of who put it up. */
  by: z.string(),
  sinceMs: z.number().int(),
  /** Put up because of an incident. */
  isEmergency: z.boolean(),
});
export type Freeze = z.infer<typeof Freeze>;

/** When a freeze that holds now is over; null when somebody has to lift it. */
export function frozenAt(window: FreezeWindow, nowMs: number): { readonly untilMs: number | null } | null {
  if (window.kind === 'open') return window.fromMs <= nowMs ? { untilMs: null } : null;
  const occurrence = windowAt(window, nowMs);
  return occurrence === null ? null : { untilMs: occurrence.untilMs };
}

/** Whether a freeze stops somebody there and then. Going back is never frozen. */
export function stopsAt(
  { scope, window }: Pick<Freeze, 'scope' | 'window'>,
  { service, environment, what, nowMs }: Passing,
): { readonly untilMs: number | null } | null {
  if (what === 'back' || !covers(scope, { service, environment })) return null;
  return frozenAt(window, nowMs);
}

/** What somebody who is stopped by it is told. */
export function freezeObstacle(id: string, freeze: Freeze, passing: Passing): Obstacle | null {
  const stopped = stopsAt(freeze, passing);
  if (stopped === null) return null;
  return {
    kind: 'freeze',
    from: `freeze/${id}`,
    say: [
      `A freeze of ${sayScope(freeze.scope)} stands in the way, put up by `,
      person(freeze.by),
      ', ',
      time(freeze.sinceMs),
      ...sayEnd(stopped.untilMs),
      `: ${freeze.reason}`,
    ],
    untilMs: stopped.untilMs,
    offers: [{ label: 'What stands in the way', command: 'deploy-maintenance', text: 'list' }],
  };
}

/** One that is written in the configuration: nobody lifts it but who changes that. */
export function configuredFreezeObstacle(freeze: ConfiguredFreeze, passing: Passing): Obstacle | null {
  const stopped = stopsAt(freeze, passing);
  if (stopped === null) return null;
  return {
    kind: 'freeze',
    from: `slipway.yml/freezes/${freeze.name}`,
    say: [
      `The freeze ${freeze.name} of ${sayScope(freeze.scope)} in slipway.yml stands in the way`,
      ...sayEnd(stopped.untilMs),
      `: ${freeze.reason}`,
    ],
    untilMs: stopped.untilMs,
    offers: [{ label: 'What stands in the way', command: 'deploy-maintenance', text: 'list' }],
  };
}

function sayEnd(untilMs: number | null): Text {
  return untilMs === null ? [', until somebody lifts it'] : [', until ', time(untilMs)];
}

/** `every Friday 16:00 until Monday 08:00 Europe/Berlin`, or `until somebody lifts it`. */
export function sayFreezeWindow(window: FreezeWindow, nowMs: number): string {
  if (window.kind !== 'open') return sayWindow(window, nowMs);
  return 'until somebody lifts it';
}
