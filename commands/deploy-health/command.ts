import { z } from 'zod';
import {
  type Asks,
  count,
  defineCommand,
  environment,
  maybe,
  type Named,
  service,
  sheet,
  text,
  verb,
} from '../../src/command/index.ts';
import type { AlertOrder } from '../../src/core/alert-order.ts';

const verbs = ['alerts', 'take', 'close'] as const;

export const deployHealth = defineCommand({
  name: 'deploy-health',
  summary: 'Ask a service how it is, with the numbers and their age; see open alerts, and take one',
  examples: [
    'api',
    'api --env staging',
    'alerts',
    'take a-7f3a9k2m',
    'close a-7f3a9k2m --reason "the disk was full"',
  ],
  permission: 'look',
  Args: z
    .strictObject({
      do: maybe(
        verb(verbs, {
          description:
            'alerts shows what is open, take says that you take care of one, close that it is dealt with',
          isAsked: false,
        }),
      ),
      service: maybe(service({ description: 'service to ask about' })),
      environment: maybe(environment({ description: 'only there; everywhere when left out' })),
      alert: maybe(sheet('a-', { description: 'the alert to take or to close', isAsked: false })),
      reason: maybe(text(300, { description: 'of close: what it was', isAsked: false })),
      seen: maybe(
        count(1, 1_000_000, { description: 'which version of the alert you were shown', isAsked: false }),
      ),
    })
    .superRefine((args, context) => {
      for (const [path, message] of wrong(args)) {
        const params = message === MISSING ? { isMissing: true } : { isRelation: true };
        context.addIssue({ code: 'custom', path: [path], message, params });
      }
    }),
  says: {
    alerts: 'See which alerts are open, and who has them',
    take: 'Take care of an alert',
    close: 'Say that an alert is dealt with',
  },
  asks: asksFor,
  run: (args, desk) =>
    args.do === null
      ? desk.health({ service: args.service ?? '', environment: args.environment })
      : desk.alerts(orderFrom(args, args.do)),
});

/** An alert is taken by its button, or by its id; a form asks for what stands in the way of understanding. */
function asksFor({ do: what }: Named): Asks | null {
  if (what === undefined) {
    return {
      title: 'How is it?',
      summary: null,
      submit: 'Ask',
      fields: ['service', 'environment'].map((name) => ({
        name,
        label: null,
        says: {},
        isNeeded: name === 'service',
      })),
    };
  }
  const fields =
    what === 'alerts' ? ['service', 'environment'] : what === 'close' ? ['alert', 'reason'] : ['alert'];
  return {
    title: what === 'alerts' ? 'Open alerts' : what === 'close' ? 'Close an alert' : 'Take an alert',
    summary: null,
    submit: what === 'alerts' ? 'Show' : what === 'close' ? 'Close it' : 'Take it',
    fields: fields.map((name) => ({ name, label: null, says: {}, isNeeded: name === 'alert' })),
  };
}

type Args = {
  readonly do: (typeof verbs)[number] | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly alert: string | null;
  readonly reason: string | null;
  readonly seen: number | null;
};

type Wrong = readonly [argument: string, message: string];
const MISSING = 'is needed';

/** What each makes something of; anything else is a mistake, and not to be passed over. */
const uses: Record<Exclude<Args['do'], null> | 'ask', readonly (keyof Args)[]> = {
  ask: ['service', 'environment'],
  alerts: ['service', 'environment'],
  take: ['alert', 'seen'],
  close: ['alert', 'reason'],
};

function wrong(args: Args): Wrong[] {
  const what = args.do ?? 'ask';
  const all = ['service', 'environment', 'alert', 'reason', 'seen'] as const;
  const strays = all.filter((name) => args[name] !== null && !uses[what].includes(name));
  if (strays.length > 0) {
    const says =
      args.do === null ? 'says nothing without take or close before it' : `says nothing to ${what}`;
    return strays.map((name) => [name, says]);
  }
  if (what === 'ask') return args.service === null ? [['service', MISSING]] : [];
  return what !== 'alerts' && args.alert === null ? [['alert', MISSING]] : [];
}

function orderFrom(args: Args, what: (typeof verbs)[number]): AlertOrder {
  const id = args.alert ?? '';
  switch (what) {
    case 'alerts':
      return { kind: 'list', scope: { service: args.service, environment: args.environment } };
    case 'take':
      return { kind: 'take', id, seen: args.seen };
    case 'close':
      return { kind: 'close', id, why: args.reason };
  }
}
