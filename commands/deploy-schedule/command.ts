import { z } from 'zod';
import {
  choice,
  defineCommand,
  deployment,
  environment,
  maybe,
  moment,
  orderArguments,
  orderFrom,
  ref,
  service,
  verb,
  zone,
} from '../../src/command/index.ts';
import { type Desk, usual } from '../../src/core/desk.ts';
import { strategies } from '../../src/core/strategy/index.ts';

/** Everything of an order but when it begins. */
const { atMs: _atMs, zone: _zone, ...immediate } = usual;

const verbs = ['list', 'cancel', 'move', 'start'] as const;

export const deploySchedule = defineCommand({
  name: 'deploy-schedule',
  summary: 'Deploy at a time that you say; list, move or cancel what is to start later',
  examples: [
    'web@1.4.2 tomorrow 09:30 --env production',
    'web 1.4.2 in 2h --env staging --strategy canary',
    'api@v2 sat 02:00 --env staging --tz Europe/Berlin',
    'list',
    'move d-7f3a9k2m 14:00',
    'cancel d-7f3a9k2m',
    'start d-7f3a9k2m',
  ],
  permission: 'deploy',
  asks: ({ do: what }) => (what === undefined ? null : (asked.get(what) ?? [])),
  Args: z
    .strictObject({
      do: maybe(
        verb(verbs, {
          description: 'what to do with what is scheduled; start is for what was missed',
          isAsked: false,
        }),
      ),
      service: maybe(service({ description: 'service to deploy' })),
      version: maybe(ref({ description: 'version, tag, branch or commit, as it is now' })),
      deployment: maybe(deployment({ description: 'the one that is to start later', isAsked: false })),
      environment: maybe(environment({ description: 'where' })),
      at: maybe(moment({ description: 'when it starts, such as tomorrow 09:30' })),
      zone: maybe(zone({ description: 'zone of that time; your own when left out' })),
      strategy: maybe(
        choice(
          strategies.map(({ id }) => id),
          { description: 'how to take over; the configured way when left out' },
        ),
      ),
      ...orderArguments(),
    })
    .superRefine(({ do: what, ...args }, context) => {
      for (const path of needed[what ?? 'begin'])
        if (args[path] === null) {
          context.addIssue({
            code: 'custom',
            path: [path],
            message: 'is needed',
            params: { isMissing: true },
          });
        }
      const stray = what === null ? 'deployment' : what === 'list' ? null : 'service';
      if (stray !== null && args[stray] !== null) {
        const message = what === null ? 'says nothing without a word before it' : `says nothing to ${what}`;
        context.addIssue({ code: 'custom', path: [stray], message, params: { isRelation: true } });
      }
    }),
  run(args, desk) {
    if (args.do !== null) return steer(desk, args.do, args);
    return desk.schedule({
      ...immediate,
      ...orderFrom(args),
      as: { command: 'deploy-schedule', verb: null, isEnvironmentNamed: true, isStrategyFixed: false },
      service: args.service ?? '',
      environment: args.environment ?? '',
      ref: args.version,
      strategy: args.strategy,
      when: { words: args.at ?? '', zone: args.zone },
    });
  },
});

/** What a form asks for besides what is known, by what is to be done. */
const asked = new Map<string, readonly string[]>([
  ['move', ['at', 'zone']],
  ['cancel', ['deployment', 'reason']],
  ['start', ['deployment', 'reason']],
]);

const needed = {
  begin: ['service', 'version', 'environment', 'at'],
  list: [],
  cancel: ['deployment'],
  move: ['deployment', 'at'],
  start: ['deployment'],
} as const;

type Steering = {
  readonly service: string | null;
  readonly environment: string | null;
  readonly deployment: string | null;
  readonly at: string | null;
  readonly zone: string | null;
  readonly reason: string | null;
};

function steer(desk: Desk, what: (typeof verbs)[number], args: Steering) {
  const id = args.deployment ?? '';
  switch (what) {
    case 'list':
      return desk.schedules({ service: args.service, environment: args.environment });
    case 'cancel':
      return desk.cancel(id, args.reason);
    case 'move':
      return desk.move(id, { words: args.at ?? '', zone: args.zone });
    case 'start':
      return desk.startMissed(id, args.reason);
  }
}
