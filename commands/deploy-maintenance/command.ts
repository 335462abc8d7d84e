import { z } from 'zod';
import {
  type Asks,
  count,
  defineCommand,
  duration,
  environment,
  maybe,
  type Named,
  person,
  service,
  sheet,
  switchFlag,
  text,
  verb,
  window,
  zone,
} from '../../src/command/index.ts';
import type { MaintenanceOrder, Which } from '../../src/core/maintenance-order.ts';
import { parseDuration } from '../../src/core/parse-duration.ts';

const verbs = [
  'list',
  'start',
  'schedule',
  'extend',
  'end',
  'lock',
  'unlock',
  'wait',
  'leave',
  'give',
  'take',
  'freeze',
  'unfreeze',
  'resume',
] as const;
type Verb = (typeof verbs)[number];

const WEEK_MS = 7 * 24 * 3_600_000;

const place = ['service', 'environment'] as const;

type Form = { readonly title: string; readonly submit: string; readonly fields: readonly string[] };

/** What a form asks for, after what somebody typed first. */
const forms: Record<Verb, Form> = {
  list: { title: 'What stands in the way', submit: 'Show', fields: place },
  start: { title: 'Start maintenance', submit: 'Look at it', fields: [...place, 'for', 'reason'] },
  schedule: { title: 'Plan maintenance', submit: 'Look at it', fields: [...place, 'when', 'reason'] },
  extend: { title: 'Extend maintenance', submit: 'Extend', fields: [...place, 'for'] },
  end: { title: 'End maintenance', submit: 'End it', fields: place },
  lock: { title: 'Lock a place', submit: 'Lock', fields: [...place, 'for', 'reason'] },
  unlock: { title: 'Release a lock', submit: 'Release', fields: place },
  wait: { title: 'Wait for a lock', submit: 'Wait', fields: [...place, 'reason'] },
  leave: { title: 'Leave the line', submit: 'Leave', fields: place },
  give: { title: 'Hand a lock over', submit: 'Hand over', fields: place },
  take: { title: 'Take a lock over', submit: 'Look at it', fields: [...place, 'reason'] },
  freeze: { title: 'Freeze a place', submit: 'Freeze', fields: [...place, 'when', 'reason'] },
  unfreeze: { title: 'Lift a freeze', submit: 'Lift', fields: place },
  resume: { title: 'Resume after rollback', submit: 'Resume', fields: [...place, 'reason'] },
};

export const deployMaintenance = defineCommand({
  name: 'deploy-maintenance',
  summary: 'Work somewhere in peace: maintenance, locks, freezes, and what is held after a rollback',
  examples: [
    'list',
    'start api --env production --for 2h --reason "new disks"',
    'schedule api sat 02:00 3h --env production --tz Europe/Berlin',
    'lock web --env staging --for 1h --reason "trying the new header"',
    'wait web --env staging',
    'take l-7f3a9k2m --reason "it burns"',
    'freeze all every fri 16:00 - mon 08:00 --reason "no releases over the weekend"',
    'resume api --env production',
  ],
  permission: 'look',
  Args: z
    .strictObject({
      do: verb(verbs, { description: 'what to do' }),
      service: maybe(service({ description: 'which service; all for every one of them' })),
      when: maybe(window({ description: 'from when until when, such as sat 02:00 3h' })),
      environment: maybe(environment({ description: 'where; everywhere when left out' })),
      maintenance: maybe(sheet('m-', { description: 'the maintenance', isAsked: false })),
      lock: maybe(sheet('l-', { description: 'the lock', isAsked: false })),
      freeze: maybe(sheet('f-', { description: 'the freeze', isAsked: false })),
      hold: maybe(sheet('h-', { description: 'what is held after a rollback', isAsked: false })),
      for: maybe(duration(null, WEEK_MS, { description: 'for how long' })),
      zone: maybe(zone({ description: 'zone of the times; your own when left out', isAsked: false })),
      reason: maybe(text(300, { description: 'why; everybody who is stopped reads it' })),
      to: maybe(
        person({ description: 'of give: to whom; whoever waits first when left out', isAsked: false }),
      ),
      'allow-deploys': switchFlag({ description: 'of maintenance: deployments may go on', isAsked: false }),
      'keep-serving': switchFlag({ description: 'of maintenance: show no page', isAsked: false }),
      seen: maybe(count(1, 1_000_000, { description: 'which version you were shown', isAsked: false })),
      plan: maybe(text(64, { description: 'first letters of what you were shown', isAsked: false })),
    })
    .superRefine((args, context) => {
      for (const [path, message] of wrong(args)) {
        const params = message === MISSING ? { isMissing: true } : { isRelation: true };
        context.addIssue({ code: 'custom', path: [path], message, params });
      }
    }),
  says: Object.fromEntries(verbs.map((each) => [each, forms[each].title])),
  asks: asksFor,
  run: (args, desk) => desk.maintain(orderFrom(args)),
});

/** Whoever has named one by its id is not asked where it is. */
function asksFor(filled: Named): Asks | null {
  const form = verbs.includes(filled['do'] as Verb) ? forms[filled['do'] as Verb] : null;
  if (form === null) return null;
  const hasId = ids.some((id) => filled[id] !== undefined);
  const fields = form.fields.filter((name) => !hasId || (name !== 'service' && name !== 'environment'));
  return {
    ...form,
    summary: null,
    fields: fields.map((name) => ({ name, label: labels[name] ?? null, says: {} })),
  };
}

const labels: Record<string, string> = {
  service: 'Service, none for all of them',
  for: 'For how long',
  when: 'From when until when',
};

type Args = {
  readonly do: Verb;
  readonly service: string | null;
  readonly when: string | null;
  readonly environment: string | null;
  readonly maintenance: string | null;
  readonly lock: string | null;
  readonly freeze: string | null;
  readonly hold: string | null;
  readonly for: number | null;
  readonly zone: string | null;
  readonly reason: string | null;
  readonly to: string | null;
  readonly 'allow-deploys': boolean;
  readonly 'keep-serving': boolean;
  readonly seen: number | null;
  readonly plan: string | null;
};

type Wrong = readonly [argument: string, message: string];
const MISSING = 'is needed';

/** Which kind of id each verb takes; null: none, it makes one. */
const idOf: Record<Verb, 'maintenance' | 'lock' | 'freeze' | 'hold' | null> = {
  list: null,
  start: null,
  schedule: null,
  extend: 'maintenance',
  end: 'maintenance',
  lock: 'lock',
  unlock: 'lock',
  wait: 'lock',
  leave: 'lock',
  give: 'lock',
  take: 'lock',
  freeze: null,
  unfreeze: 'freeze',
  resume: 'hold',
};
const ids = ['maintenance', 'lock', 'freeze', 'hold'] as const;

const details = ['when', 'for', 'zone', 'reason', 'to', 'seen'] as const;

/** What each verb makes something of; anything else is a mistake, and not to be passed over. */
const uses: Record<Verb, readonly (typeof details)[number][]> = {
  list: [],
  start: ['when', 'for', 'zone', 'reason'],
  schedule: ['when', 'for', 'zone', 'reason'],
  extend: ['when', 'for'],
  end: [],
  lock: ['for', 'reason'],
  unlock: [],
  wait: ['for', 'reason'],
  leave: [],
  give: ['to'],
  take: ['for', 'reason', 'seen'],
  freeze: ['when', 'for', 'zone', 'reason'],
  unfreeze: ['seen'],
  resume: ['reason'],
};

/** What each verb needs besides what it is about. */
const needed: Partial<Record<Verb, readonly ('for' | 'when' | 'reason')[]>> = {
  schedule: ['when'],
  freeze: ['reason'],
  take: ['reason'],
};

function wrong(args: Args): Wrong[] {
  const own = idOf[args.do];
  const strays = [
    ...ids.filter((id) => id !== own && args[id] !== null),
    ...details.filter((name) => args[name] !== null && !uses[args.do].includes(name)),
  ];
  if (strays.length > 0) return strays.map((id) => [id, `says nothing to ${args.do}`]);
  return [
    ...placed(args, own),
    ...lasting(args),
    ...(needed[args.do] ?? []).flatMap((name) => need(args, name)),
  ];
}

/** Everything is said as such: who leaves out service and environment has forgotten them. */
function placed(args: Args, own: (typeof ids)[number] | null): Wrong[] {
  const hasId = own !== null && args[own] !== null;
  const hasPlace = args.service !== null || args.environment !== null;
  if (hasId && hasPlace) return [['service', 'says nothing beside an id']];
  return hasId || hasPlace || args.do === 'list' ? [] : [['service', MISSING]];
}

/** `extend m-7f3a9k2m 30m` is understood as well as `--for 30m`. */
function lasting(args: Args): Wrong[] {
  if (args.do === 'start' && args.for === null && args.when === null) return [['for', MISSING]];
  if (args.do !== 'extend' || args.for !== null) return [];
  if (args.when === null) return [['for', MISSING]];
  return parseDuration(args.when) === null ? [['when', 'must be how much longer, such as 30m']] : [];
}

function need(args: Args, name: 'for' | 'when' | 'reason'): Wrong[] {
  return args[name] === null ? [[name, MISSING]] : [];
}

function orderFrom(args: Args): MaintenanceOrder {
  const scope = { service: args.service === 'all' ? null : args.service, environment: args.environment };
  const id = ids.map((name) => args[name]).find((each) => each !== null) ?? null;
  const which: Which = id === null ? { scope } : { id };
  const { when, zone: named, for: forMs, reason: why, seen, to, plan } = args;
  switch (args.do) {
    case 'list':
      return { kind: 'list', scope };
    case 'start':
    case 'schedule':
      return {
        ...{ kind: args.do, scope, when, forMs, zone: named, why, plan },
        allowsDeploys: args['allow-deploys'],
        keepsServing: args['keep-serving'],
      };
    case 'extend':
      return { kind: 'extend', which, forMs: forMs ?? parseDuration(when ?? '') ?? 0 };
    case 'end':
      return { kind: 'end', which };
    case 'freeze':
      return { kind: 'freeze', scope, when, forMs, zone: named, why: why ?? '' };
    case 'unfreeze':
      return { kind: 'unfreeze', which, seen };
    case 'resume':
      return { kind: 'resume', which, why };
    default:
      return { kind: args.do, which, why, forMs, to, seen };
  }
}
