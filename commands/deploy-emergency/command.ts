import { z } from 'zod';
import {
  type Asks,
  choice,
  count,
  defineCommand,
  duration,
  environment,
  maybe,
  type Named,
  ref,
  service,
  sheet,
  text,
  verb,
} from '../../src/command/index.ts';
import type { EmergencyOrder } from '../../src/core/emergency-order.ts';
import { strategies } from '../../src/core/strategy/index.ts';

const verbs = ['freeze', 'unfreeze', 'abort-all', 'hotfix', 'kill-switch', 'switch-on', 'review'] as const;

export const deployEmergency = defineCommand({
  name: 'deploy-emergency',
  summary: 'Freeze, stop everything, or break the glass: loud, with a reason, and reviewed afterwards',
  examples: [
    'freeze --incident INC-7 --reason "checkout answers 500 since noon" --confirm all',
    'abort-all --env production --incident INC-7 --reason "checkout answers 500 since noon" --confirm production',
    'hotfix web@v4 --env production --incident INC-7 --reason "takes the broken header out again"',
    'kill-switch new-checkout --env production --incident INC-7 --reason "checkout answers 500 since noon"',
    'review',
  ],
  permission: 'emergency',
  Args: z
    .strictObject({
      do: verb(verbs, { description: 'what to do' }),
      service: maybe(
        service({
          description: 'only this service; every service when left out; of a kill switch a service or a flag',
        }),
      ),
      version: maybe(ref({ description: 'of a hotfix: version, tag, branch or commit' })),
      environment: maybe(environment({ description: 'only there; everywhere when left out' })),
      freeze: maybe(sheet('f-', { description: 'the freeze to lift', isAsked: false })),
      switch: maybe(sheet('k-', { description: 'the kill switch to take back', isAsked: false })),
      review: maybe(sheet('r-', { description: 'the review to close', isAsked: false })),
      incident: maybe(text(80, { description: 'which incident this belongs to, such as INC-7' })),
      reason: maybe(text(500, { description: 'why, in at least 20 letters; of a review: what you found' })),
      confirm: maybe(
        text(80, {
          description: 'type what it reaches: all, a service, an environment, or service/environment',
        }),
      ),
      for: maybe(
        duration(null, 30 * 24 * 3_600_000, {
          description: 'how long to freeze; until it is lifted when left out',
        }),
      ),
      flag: maybe(
        text(100, { description: 'of a kill switch: the key of the feature flag', isAsked: false }),
      ),
      strategy: maybe(
        choice(
          strategies.map(({ id }) => id),
          { description: 'of a hotfix: how to take over; the configured way when left out', isAsked: false },
        ),
      ),
      seen: maybe(
        count(1, 1_000_000, { description: 'which version of the freeze you were shown', isAsked: false }),
      ),
      plan: maybe(text(64, { description: 'first letters of the plan that you were shown', isAsked: false })),
    })
    .superRefine((args, context) => {
      for (const [path, message, isMissing] of wrong(args)) {
        context.addIssue({
          code: 'custom',
          path: [path],
          message,
          params: isMissing ? { isMissing } : { isRelation: true },
        });
      }
    }),
  says: {
    freeze: 'Freeze: nothing new is deployed, nothing gets more traffic',
    unfreeze: 'Lift a freeze',
    'abort-all': 'Stop everything that is on its way or waits',
    hotfix: 'Hotfix: break the glass and deploy past approvals and freezes',
    'kill-switch': 'Kill switch: switch a feature flag off at once, whatever is being deployed',
    'switch-on': 'Switch on again what a kill switch switched off',
    review: 'See what was done in emergencies and is not reviewed yet',
  },
  asks: asksFor,
  run: (args, desk) => desk.emergency(orderFrom(args)),
});

/** What a form asks for, in a hurry: what was chosen takes that, and nothing more. */
const forms: Record<(typeof verbs)[number], Omit<Asks, 'fields'> & { readonly fields: readonly string[] }> = {
  freeze: {
    title: 'Emergency freeze',
    summary: 'Nothing new is deployed where it reaches, and nothing on its way gets more traffic',
    submit: 'Freeze',
    fields: ['service', 'environment', 'incident', 'reason', 'confirm', 'for'],
  },
  unfreeze: {
    title: 'Lift a freeze',
    summary:
      'Of exactly this place: everything, a service, an environment, or one service in one environment',
    submit: 'Lift',
    fields: ['service', 'environment'],
  },
  'abort-all': {
    title: 'Stop everything',
    summary: 'What is on its way or waits where it reaches is stopped, and what it did is taken back',
    submit: 'Stop it all',
    fields: ['service', 'environment', 'incident', 'reason', 'confirm'],
  },
  hotfix: {
    title: 'Break the glass',
    summary: 'Approvals and freezes are passed, and somebody else reviews it; you are shown the plan first',
    submit: 'Look at it',
    fields: ['service', 'version', 'environment', 'incident', 'reason'],
  },
  'kill-switch': {
    title: 'Kill switch',
    summary: 'Switches a feature flag off, or every flag of a service; you are shown first which',
    submit: 'Look at it',
    fields: ['service', 'flag', 'environment', 'incident', 'reason'],
  },
  'switch-on': {
    title: 'Switch on again',
    summary: 'What a kill switch switched off; you are shown first how it stands',
    submit: 'Look at it',
    fields: ['switch', 'flag', 'incident', 'reason'],
  },
  review: {
    title: 'Close a review',
    summary: 'Say what you found; whoever broke the glass may break it again after that',
    submit: 'Close it',
    fields: ['review', 'reason'],
  },
};

/** What everything that breaks something off, or passes something, is asked for. */
const always = ['incident', 'reason', 'confirm'];

/** A plan that was looked at is confirmed and nothing else; open reviews are listed, and closed from there. */
function asksFor({ do: what, plan, review, service: named, switch: id }: Named): Asks | null {
  const form = verbs.find((each) => each === what);
  if (form === undefined) return null;
  const isShown = plan !== undefined && (form === 'hotfix' || form === 'kill-switch');
  const asked = isShown ? ['confirm'] : forms[form].fields;
  const names = form === 'review' ? (review === undefined ? [] : ['reason']) : asked;
  const isFlagNeeded =
    (form === 'kill-switch' || form === 'switch-on') && named === undefined && id === undefined;
  const isNeeded = (name: string) =>
    form === 'review' ||
    (name === 'flag' && isFlagNeeded) ||
    (form !== 'unfreeze' && [...needed[form], ...always].some((each) => each === name));
  return {
    ...forms[form],
    fields: names.map((name) => ({ name, label: null, says: {}, isNeeded: isNeeded(name) })),
  };
}

type Args = {
  readonly do: (typeof verbs)[number];
  readonly service: string | null;
  readonly version: string | null;
  readonly environment: string | null;
  readonly freeze: string | null;
  readonly switch: string | null;
  readonly review: string | null;
  readonly incident: string | null;
  readonly reason: string | null;
  readonly confirm: string | null;
  readonly for: number | null;
  readonly flag: string | null;
  readonly strategy: string | null;
  readonly seen: number | null;
  readonly plan: string | null;
};

const REASON_MIN = 20;

type Wrong = readonly [argument: string, message: string, isMissing: boolean];

const missing = (argument: string): Wrong => [argument, 'is needed', true];

/** Who breaks the glass says why, for what, and types what it reaches. */
function wrong(args: Args): Wrong[] {
  if (args.do === 'unfreeze') return [];
  if (args.do === 'review') return args.review !== null && args.reason === null ? [missing('reason')] : [];
  return [
    ...needed[args.do].flatMap((name) => (args[name] === null ? [missing(name)] : [])),
    ...whichFlag(args),
    ...reasoned(args),
    ...confirmed(args),
  ];
}

const needed: Record<Exclude<Args['do'], 'unfreeze' | 'review'>, readonly (keyof Args)[]> = {
  freeze: [],
  'abort-all': [],
  hotfix: ['service', 'environment'],
  'kill-switch': [],
  'switch-on': [],
};

function reasoned({ incident, reason }: Args): Wrong[] {
  const isShort = reason !== null && reason.length < REASON_MIN;
  return [
    ...(incident === null ? [missing('incident')] : []),
    ...(reason === null ? [missing('reason')] : []),
    ...(isShort ? [['reason', `must say why in at least ${REASON_MIN} letters`, false] as const] : []),
  ];
}

/** A flag has names that no service can have, so that there are two places for it. */
function whichFlag({ do: what, flag, service: name, switch: id }: Args): Wrong[] {
  if (what === 'kill-switch') return flag === null && name === null ? [missing('flag')] : [];
  return what === 'switch-on' && id === null && flag === null && name === null ? [missing('flag')] : [];
}

/** The plan of a hotfix is looked at before anybody has to type anything, and so is what a kill switch reaches. */
function confirmed(args: Args): Wrong[] {
  const isShownFirst = args.do === 'hotfix' || args.do === 'kill-switch';
  if (args.do === 'switch-on' || (isShownFirst && args.plan === null)) return [];
  const reach = reachOf(args);
  if (args.confirm === null) return [missing('confirm')];
  return args.confirm === reach ? [] : [['confirm', `must be ${reach}, which is what this reaches`, false]];
}

/** What somebody has to type: `all`, `web`, `production` or `web/production`. */
function reachOf({ flag, service: name, environment: where }: Args): string {
  return [flag ?? name, where].filter((part) => part !== null).join('/') || 'all';
}

function orderFrom(args: Args): EmergencyOrder {
  const scope = { service: args.service, environment: args.environment };
  const because = { why: args.reason ?? '', incident: args.incident ?? '' };
  switch (args.do) {
    case 'freeze':
      return { kind: 'freeze', scope, ...because, forMs: args.for };
    case 'unfreeze':
      return { kind: 'unfreeze', scope, id: args.freeze, seen: args.seen };
    case 'abort-all':
      return { kind: 'abort-all', scope, ...because };
    case 'hotfix':
      return {
        kind: 'hotfix',
        scope,
        ...because,
        ref: args.version,
        strategy: args.strategy,
        plan: args.plan,
      };
    case 'kill-switch':
      return { kind: 'kill-switch', ...scope, flag: args.flag, ...because, plan: args.plan };
    case 'switch-on':
      return { kind: 'switch-on', id: args.switch, ...scope, flag: args.flag, ...because, plan: args.plan };
    case 'review':
      return { kind: 'review', id: args.review, note: args.reason };
  }
}
