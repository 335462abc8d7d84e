import { z } from 'zod';
import {
  type Command,
  count,
  defineCommand,
  deployment,
  duration,
  environment,
  maybe,
  service,
  sheet,
  text,
  window,
  zone,
} from '../src/command/index.ts';
import type { Scope } from '../src/core/scope.ts';
import { deployDisasterRecovery } from './deploy-disaster-recovery/command.ts';
import { deployRollback } from './deploy-rollback/command.ts';
import { deployStatus } from './deploy-status/command.ts';

const Reason = () => maybe(text(500, { description: 'why, for the record' }));

const abort = defineCommand({
  name: 'abort',
  summary: 'Stop a deployment and take back what it did',
  examples: ['d-7f3a9k2m', 'd-7f3a9k2m --reason "checkout is slow"'],
  permission: 'stop',
  Args: z.strictObject({ deployment: deployment({ description: 'the one to stop' }), reason: Reason() }),
  run: ({ deployment: id, reason }, desk) => desk.abort(id, reason),
});

const hold = defineCommand({
  name: 'hold',
  summary: 'Begin nothing new in a deployment until somebody lets it go on',
  examples: ['d-7f3a9k2m', 'd-7f3a9k2m --reason "looking at the logs"'],
  permission: 'stop',
  Args: z.strictObject({ deployment: deployment({ description: 'the one to hold' }), reason: Reason() }),
  run: ({ deployment: id, reason }, desk) => desk.hold(id, reason),
});

const WEEK_MS = 7 * 24 * 3_600_000;
const Place = {
  where: () => maybe(environment({ description: 'where; everywhere when left out' })),
  what: { description: 'which service; all for every one of them' },
};

/** `all` is every service, as in Slack. */
function scopeOf(args: { readonly service: string | null; readonly environment: string | null }): Scope {
  return { service: args.service === 'all' ? null : args.service, environment: args.environment };
}

const freeze = defineCommand({
  name: 'freeze',
  summary: 'Let nothing new be deployed; rolling back and stopping stay possible',
  examples: ['all --env production --for 2h --reason "checkout is down"', 'api --reason "numbers are wrong"'],
  permission: 'freeze',
  Args: z.strictObject({
    service: service(Place.what),
    when: maybe(window({ description: 'from when until when, such as fri 16:00 - mon 08:00' })),
    environment: Place.where(),
    for: maybe(duration(null, WEEK_MS, { description: 'for how long; until it is lifted when left out' })),
    zone: maybe(zone({ description: 'zone of the times' })),
    reason: text(300, { description: 'why; everybody who is stopped reads it' }),
  }),
  run: ({ when, for: forMs, zone: named, reason, ...place }, desk) =>
    desk.maintain({ kind: 'freeze', scope: scopeOf(place), when, forMs, zone: named, why: reason }),
});

const unfreeze = defineCommand({
  name: 'unfreeze',
  summary: 'Lift a freeze, by its id or by exactly what it reaches',
  examples: ['f-7f3a9k2m', 'all --env production'],
  permission: 'freeze',
  Args: z
    .strictObject({
      service: maybe(service(Place.what)),
      freeze: maybe(sheet('f-', { description: 'the freeze' })),
      environment: Place.where(),
      seen: maybe(count(1, 1_000_000, { description: 'which version you were shown', isAsked: false })),
    })
    .superRefine(({ service: named, freeze: id }, context) => {
      if (named !== null || id !== null) return;
      const params = { isMissing: true };
      context.addIssue({ code: 'custom', path: ['service'], message: 'is needed', params });
    }),
  run: ({ freeze: id, seen, ...place }, desk) =>
    desk.maintain({
      kind: 'unfreeze',
      which: id === null ? { scope: scopeOf(place) } : { id },
      seen,
    }),
});

/**
 * What can be asked at the command line of the host, where neither Slack nor a queue is needed: looking, what stops, and
 * what is written down for the day when a place is lost.
 * The words are the same as in Slack, because the declarations are.
 */
export const hostCommands: readonly Command[] = [
  { ...deployStatus, name: 'status' },
  abort,
  hold,
  { ...deployRollback, name: 'rollback' },
  { ...deployDisasterRecovery, name: 'recover' },
  freeze,
  unfreeze,
];

/** How the same is called in Slack, with its verb where it has one: what an answer offers there can be typed here. */
export const calledInSlack: ReadonlyMap<string, string> = new Map([
  ['deploy-canary abort', 'abort'],
  ['deploy-canary hold', 'hold'],
  ['deploy-maintenance freeze', 'freeze'],
  ['deploy-maintenance unfreeze', 'unfreeze'],
  ['deploy-status', 'status'],
  ['deploy-rollback', 'rollback'],
  ['deploy-disaster-recovery', 'recover'],
]);
