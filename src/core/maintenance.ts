import { z } from 'zod';
import { ZoneName } from './calendar/zone.ts';
import type { Obstacle, Passing } from './obstacle.ts';
import { covers, Scope, sayScope } from './scope.ts';
import { person, type Text, time } from './text.ts';

/** One thing outside that a maintenance switches: the alerts of one source, the page of one place. */
export const OutsidePart = z.strictObject({
  /** `alerts of pager`, `page of api in staging`: names it for ever. */
  what: z.string(),
  /** `cannot` never will; `failed` is tried again. */
  state: z.enum(['on', 'off', 'failed', 'cannot']),
  /** Why not; empty where it was done. */
  say: z.string(),
});
export type OutsidePart = z.infer<typeof OutsidePart>;

/** Somebody works there: people are told, alerts are silent, and nothing is deployed unless they said that it may be. */
export const Maintenance = z.strictObject({
  scope: Scope,
  by: z.string(),
  person: z.string(),
  reason: z.string().nullable(),
  zone: ZoneName,
  fromMs: z.number().int(),
  untilMs: z.number().int(),
  allowsDeploys: z.boolean(),
  /** No maintenance page: the service goes on answering. */
  keepsServing: z.boolean(),
  phase: z.enum(['planned', 'on', 'over']),
  isReminded: z.boolean(),
  outside: z.array(OutsidePart).max(500),
  /** How often it was tried to switch back what had been switched. */
  tries: z.number().int(),
  endedBy: z.string().nullable(),
});
export type Maintenance = z.infer<typeof Maintenance>;

/** How long one may last at most, with everything by which it was extended. */
export const MAINTENANCE_MAX_MS = 7 * 24 * 3_600_000;
/** So long before its end the owner is asked whether it is long enough. */
const REMIND_MS = 10 * 60_000;
/** How often the remaining time on its card is put right. */
const TICK_MS = 5 * 60_000;
const RETRY_MS = 30_000;
/** After so many tries to switch something back, a person has to. */
export const TRIES_MAX = 20;

/** What its time asks for now. */
export type MaintenanceTurn = 'begin' | 'remind' | 'tick' | 'end' | 'wait';

export function turnOf({ phase, fromMs, untilMs, isReminded }: Maintenance, nowMs: number): MaintenanceTurn {
  if (phase === 'over') return 'end';
  if (nowMs >= untilMs) return 'end';
  if (phase === 'planned') return nowMs >= fromMs ? 'begin' : 'wait';
  const isShort = untilMs - fromMs <= 2 * REMIND_MS;
  return !isReminded && !isShort && nowMs >= untilMs - REMIND_MS ? 'remind' : 'tick';
}

/** When somebody has to look at it next; null when nobody does any more. */
export function maintenanceDueMs(maintenance: Maintenance, nowMs: number): number | null {
  const { phase, fromMs, untilMs, isReminded, outside } = maintenance;
  if (phase === 'planned') return fromMs;
  const hasFailed = outside.some(({ state }) => state === 'failed');
  if (phase === 'over') return hasFailed && maintenance.tries < TRIES_MAX ? nowMs + RETRY_MS : null;
  const isShort = untilMs - fromMs <= 2 * REMIND_MS;
  const remindMs = isReminded || isShort ? Number.POSITIVE_INFINITY : untilMs - REMIND_MS;
  const tickMs = nowMs + (hasFailed ? RETRY_MS : TICK_MS);
  return Math.min(untilMs, tickMs, Math.max(remindMs, nowMs + 1));
}

/** Where deployments may go on, and where people go back, it stands in nobody's way. */
export function maintenanceObstacle(id: string, maintenance: Maintenance, passing: Passing): Obstacle | null {
  const { scope, phase, fromMs, untilMs, allowsDeploys } = maintenance;
  const { service, environment, what, nowMs } = passing;
  const isOn = phase !== 'over' && fromMs <= nowMs && nowMs < untilMs;
  if (!isOn || allowsDeploys || what !== 'start' || !covers(scope, { service, environment })) return null;
  return {
    kind: 'maintenance',
    from: `maintenance/${id}`,
    say: sayMaintenance(maintenance),
    untilMs,
    offers: [
      { label: 'End it now', command: 'deploy-maintenance', text: `end ${id}`, confirm: endConfirm(scope) },
    ],
  };
}

/** `Maintenance of api in staging by @ada, until …: new disks`. */
export function sayMaintenance({ scope, by, untilMs, reason }: Maintenance): Text {
  return [
    `Maintenance of ${sayScope(scope)} by `,
    person(by),
    ', until ',
    time(untilMs),
    reason === null ? '' : `: ${reason}`,
  ];
}

export function endConfirm(scope: Scope) {
  return {
    title: 'End the maintenance?',
    text: `${sayScope(scope)}: alerts are heard again, and deployments may begin.`,
  };
}
