import { z } from 'zod';
import {
  type Asks,
  choice,
  defineCommand,
  deployment,
  environment,
  maybe,
  type Named,
  service,
  switchFlag,
  text,
  verb,
} from '../../src/command/index.ts';
import type { Desk, PreferOrder } from '../../src/core/desk.ts';
import { directWords } from '../../src/core/preference.ts';

const QUIET = /^(?:none|([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2}))$/;

export const deployStatus = defineCommand({
  name: 'deploy-status',
  summary: 'Show what runs where, and what is on its way',
  examples: ['', 'api --env staging', 'd-7f3a9k2m', 'prefer --dm ended --favourite api'],
  permission: 'look',
  Args: z
    .strictObject({
      do: maybe(
        verb(['prefer'], {
          description: 'prefer changes what you see first and are written about',
          isAsked: false,
        }),
      ),
      service: maybe(service({ description: 'only this service; every service when left out' })),
      deployment: maybe(deployment({ description: 'one deployment, by its id' })),
      environment: maybe(environment({ description: 'only there; everywhere when left out' })),
      messages: maybe(
        choice(directWords, {
          aliases: ['dm'],
          description: 'what of your own deployments you are written about',
          isAsked: false,
        }),
      ),
      favourites: maybe(
        text(500, {
          description: 'services that you see first, with commas between',
          isAsked: false,
        }),
      ),
      favourite: maybe(service({ description: 'one more of them', isPositional: false, isAsked: false })),
      unfavourite: maybe(service({ description: 'one fewer', isPositional: false, isAsked: false })),
      quiet: maybe(
        text(11, {
          description: 'hours of your zone in which only what needs a person is said: 22:00-07:00',
          isAsked: false,
        }),
      ),
      whole: switchFlag({
        description: 'what is left out goes, instead of staying as it is',
        isAsked: false,
      }),
    })
    .superRefine((args, context) => {
      for (const [path, message, params] of wrong(args)) {
        context.addIssue({ code: 'custom', path: [path], message, params });
      }
    }),
  asks: ({ do: what }) => (what === 'prefer' ? preferenceForm : null),
  recall: ({ do: what }, desk) => (what === 'prefer' ? recall(desk) : Promise.resolve({})),
  run: ({ service, deployment, environment, ...args }, desk) =>
    args.do === null ? desk.status({ service, deployment, environment }) : desk.prefer(orderFrom(args)),
});

const preferenceForm: Asks = {
  title: 'Your preferences',
  summary: 'They are yours alone; your home tab shows them',
  submit: 'Save',
  fields: [
    {
      name: 'messages',
      label: 'Direct messages about my deployments',
      says: {
        off: 'None',
        'needs-me': 'When one needs a person',
        ended: 'When one has ended, or needs a person',
        all: 'Whenever one waits, starts, is held, ends or needs a person',
      } satisfies Record<(typeof directWords)[number], string>,
    },
    { name: 'favourites', label: 'Favourite services', says: {} },
    { name: 'quiet', label: 'Quiet hours', says: {} },
  ],
};

type Args = {
  readonly do: 'prefer' | null;
  readonly service: string | null;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly messages: (typeof directWords)[number] | null;
  readonly favourites: string | null;
  readonly favourite: string | null;
  readonly unfavourite: string | null;
  readonly quiet: string | null;
  readonly whole: boolean;
};

const preferences = ['messages', 'favourites', 'favourite', 'unfavourite', 'quiet'] as const;

type Wrong = readonly [argument: string, message: string, params: Readonly<Record<string, true>>];

function wrong(args: Args): Wrong[] {
  const given = preferences.filter((name) => args[name] !== null);
  if (args.do === null) {
    const isTwice = args.service !== null && args.deployment !== null;
    return [
      ...(isTwice ? [relation('deployment', 'says which service it is already: leave the service out')] : []),
      ...given.map((name) => relation(name, 'says nothing without prefer before it')),
    ];
  }
  const strays = (['service', 'deployment', 'environment'] as const).filter((name) => args[name] !== null);
  const isEmpty = given.length === 0 && !args.whole && strays.length === 0;
  const isStrange = args.quiet !== null && !isQuiet(args.quiet);
  return [
    ...strays.map((name) => relation(name, 'says nothing to prefer')),
    ...(isEmpty ? [['messages', 'is needed', { isMissing: true }] as const] : []),
    ...(isStrange ? [['quiet', 'must be two times such as 22:00-07:00, or none', {}] as const] : []),
  ];
}

const relation = (argument: string, message: string): Wrong => [argument, message, { isRelation: true }];

function isQuiet(words: string): boolean {
  const [, ...times] = QUIET.exec(words) ?? [];
  const isTime = (time: string) => /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(time);
  return words === 'none' || (times.length === 2 && times.every(isTime));
}

function orderFrom({
  messages,
  favourites,
  favourite,
  unfavourite,
  quiet,
  whole,
}: Omit<Args, 'service' | 'deployment' | 'environment'>): PreferOrder {
  return {
    isWhole: whole,
    direct: messages,
    favourites: favourites === null ? null : namesIn(favourites),
    favourite,
    unfavourite,
    quiet: quiet === null ? null : quietFrom(quiet),
  };
}

function namesIn(words: string): string[] {
  return words === 'none' ? [] : words.split(/[\s,]+/).filter((name) => name !== '');
}

function quietFrom(words: string): PreferOrder['quiet'] {
  const [, from, until] = QUIET.exec(words) ?? [];
  return from === undefined || until === undefined ? 'none' : { from, until };
}

/** Everything as it is now; what is emptied in the form goes. */
async function recall(desk: Desk): Promise<Named> {
  const { direct, favourites, quiet } = await desk.preference();
  return {
    whole: 'yes',
    messages: direct,
    ...(favourites.length === 0 ? {} : { favourites: favourites.join(', ') }),
    ...(quiet === null ? {} : { quiet: `${quiet.from}-${quiet.until}` }),
  };
}
