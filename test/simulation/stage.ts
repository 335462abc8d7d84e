import { type FaultName, type Incident, onlyThese } from './faults.ts';
import type { VersionName } from './ground.ts';
import type { Migrated } from './migrating.ts';
import type { Production } from './production.ts';
import type { Scenario } from './scenario.ts';
import type { Reaction, Watching } from './watching.ts';
import { play, type Run } from './world.ts';

/** Whoever ends while it handles what somebody said is followed after a minute: there is time for that. */
const alwaysBad = {
  sources: ['told'],
  moods: [{ fromMs: 0, mood: 'fail' }],
  countdown: { strongMs: 100_000, plainMs: 100_000 },
  heldMs: 200_000,
} as const;
const badForAMoment = {
  sources: ['told'],
  moods: [
    { fromMs: 0, mood: 'pass' },
    { fromMs: 2_000, mood: 'fail' },
    { fromMs: 3_300, mood: 'pass' },
  ],
} as const;

/** A single deployment in a world in which nothing goes wrong by itself: for trying every place at which it could. */
export const stories = {
  'rolling, to its end': story('v2', { trafficPercents: [50], isWatched: true }),
  'rolling, taken back': story('v-errors', { trafficPercents: [50], isWatched: true }),
  'never healthy': story('v-never', {}),
  'all at once, unwatched': story('v2', { strategy: 'all-at-once' }),
  'blue-green, switched': watched('v2', { strategy: 'blue-green', trafficPercents: [50] }, {}, [
    { to: 'ask', how: 'confirm', by: 'U1', afterMs: 900 },
  ]),
  'canary, found bad': watched('v-errors', { strategy: 'canary', trafficPercents: [25, 75] }, {}),
  'rolling, with a flag that goes back': flagged(),
  'rolling, held and forgotten': watched(
    'v2',
    { strategy: 'rolling', trafficPercents: [50] },
    { ...alwaysBad, heldMs: 15_000 },
    [{ to: 'turning', how: 'hold', by: 'U1', afterMs: 700 }],
  ),
  'rolling, dismissed twice': watched(
    'v2',
    { strategy: 'rolling', trafficPercents: [50] },
    {
      ...alwaysBad,
      moods: [
        { fromMs: 0, mood: 'fail' },
        { fromMs: 7_000, mood: 'pass' },
      ],
    },
    [{ to: 'turning', how: 'dismiss', by: 'U4', afterMs: 1_500 }],
  ),
  'rolling, held and overruled': watched('v2', { strategy: 'rolling', trafficPercents: [50] }, alwaysBad, [
    { to: 'turning', how: 'hold', by: 'U1', afterMs: 700 },
    { to: 'turning', how: 'go-on', by: 'U1', afterMs: 1_500 },
    { to: 'turning', how: 'go-on', by: 'U4', afterMs: 45_000 },
  ]),
  'blue-green, bad for a moment': watched(
    'v2',
    { strategy: 'blue-green', trafficPercents: [50] },
    badForAMoment,
    [
      { to: 'ask', how: 'confirm', by: 'U1', afterMs: 900 },
      { to: 'turning', how: 'dismiss', by: 'U4', afterMs: 1_000, isDoubled: 'delivery' },
    ],
  ),
  'canary, bad for a moment': watched(
    'v2',
    { strategy: 'canary', trafficPercents: [25, 75] },
    badForAMoment,
    [],
  ),
  'a database, added to': migrating([
    'alter table users add column a text',
    'create table b (id int); alter table b add column c text',
  ]),
  'a database, added to for a version that is not good': migrating(['create table a (id int)'], 'v-crash'),
  'a database, in steps that are no transaction': migrating([
    'create index concurrently a on users (name); create index concurrently b on users (name)',
  ]),
  'a database, without a way back': migrating(['-- slipway: expand\ndrop table a'], 'v-errors'),
  'a database, added to and taken from': takingAway(),
  'a database, beside their tool, with scripts of the version': besideTheirTool(),
} as const satisfies Record<string, Scenario>;
export type Story = keyof typeof stories;

const SEED = 7;

type Shape = Partial<
  Pick<Scenario['services'][number], 'strategy' | 'trafficPercents' | 'isWatched' | 'flagPercents'>
>;

function story(ref: VersionName, shape: Shape): Scenario {
  const asked = { kind: 'deploy', by: 'U1', service: 's0', ref, again: false } as const;
  const service = { strategy: 'rolling', trafficPercents: [], isWatched: false, ...shape } as const;
  return {
    nodes: 2,
    environment: 'staging',
    services: [{ name: 's0', runsBefore: true, needs: [], gates: ['serves-version'], ...service }],
    orders: [{ atMs: 1_600, asked }],
  };
}

/** One that is watched with all care, and people who do something about it. */
function watched(
  ref: VersionName,
  shape: Shape,
  more: Partial<Watching>,
  reactions: readonly Reaction[] = [],
): Scenario {
  const watching = {
    sources: ['counted'],
    countdown: { strongMs: 2_000, plainMs: 3_000 },
    heldMs: 120_000,
    mayPassEarly: false,
    moods: [],
    silences: [],
    ...more,
  } as const;
  const scenario = story(ref, { ...shape, isWatched: true });
  return { ...scenario, reactions, services: scenario.services.map((each) => ({ ...each, watching })) };
}

/** One whose database is changed first, while nobody else may write. */
function migrating(texts: readonly string[], ref: VersionName = 'v2'): Scenario {
  const scenario = story(ref, { strategy: 'all-at-once', isWatched: true });
  const asked = { kind: 'migrate', by: 'U1', service: 's0', ref } as const;
  const migrated = {
    scripts: texts.map((text, index) => ({ path: `${index + 1}_change.sql`, text, fromMs: 0 })),
    isProtected: true,
    isReadOnly: true,
    asksData: true,
  };
  const services = scenario.services.map((each) => ({ ...each, migrated }));
  return { ...scenario, services, orders: [{ atMs: 1_600, asked }], isApproved: true };
}

/** One whose scripts are read from the source, and whose team has a tool of its own. */
function besideTheirTool(): Scenario {
  const scenario = migrating(['alter table users add column a text', 'create table b (id int)']);
  const services = scenario.services.map(({ migrated, ...each }) => ({
    ...each,
    ...(migrated === undefined ? {} : { migrated: theirs(migrated) }),
  }));
  return { ...scenario, services, isApproved: false };
}

function theirs({ scripts }: Migrated): Migrated {
  return {
    scripts: scripts.map(({ text }, index) => {
      const since = index === 0 ? 'v2' : 'v3';
      return { path: `V${index + 1}__change.sql`, text, fromMs: 0, since };
    }),
    from: 'source',
    tool: { kind: 'flyway', isThere: true },
    isProtected: false,
    isReadOnly: false,
    asksData: false,
  };
}

/** The same place again, once what ran there before is gone. */
function takingAway(): Scenario {
  const contract = '-- slipway: contract\nalter table users drop column';
  const scenario = migrating(['create table a (id int)', `${contract} b`, `${contract} c`]);
  const asked = { kind: 'migrate', by: 'U2', service: 's0', ref: null } as const;
  return { ...scenario, orders: [...scenario.orders, { atMs: 70_000, asked }] };
}

/** One whose flag is turned up in the end. */
function flagged(): Scenario {
  const shape = { strategy: 'rolling', trafficPercents: [], flagPercents: [30, 100] } as const;
  const moods = [
    { fromMs: 0, mood: 'pass' },
    { fromMs: 9_000, mood: 'fail' },
  ] as const;
  return watched('v2', shape, { sources: ['told'], moods });
}

const incidents = ['crash-before', 'crash-after', 'stop', 'sleep', 'nap', 'doze', 'jump'] as const;
const aims = ['fatal-alert', 'late-cards', 'lost-change', 'late-change'] as const;
const deeds = [...incidents, ...aims];

/**
 * A sleep lasts nearly as long as a lease, a nap and a sleep last longer than one; a doze is longer than every lease.
 * It strikes at a call that work makes, or at one on the way to Slack; what is aimed at counts for itself.
 */
export type Strike = {
  readonly at: number;
  readonly what: (typeof deeds)[number];
  readonly isTelling?: boolean;
};

export function playStory(
  production: Production,
  name: Story,
  strikes: readonly Strike[],
  keepsTrace = false,
): Promise<Run> {
  const work = new Map<number, Incident>();
  const telling = new Map<number, Incident>();
  for (const { at, what, isTelling } of strikes) {
    const incident = incidentOf(what);
    if (incident !== null) (isTelling === true ? telling : work).set(at, incident);
  }
  const aimed = (wanted: (typeof aims)[number]) => strikes.find(({ what }) => what === wanted)?.at ?? null;
  const faults = onlyThese(work, telling, companyOf(strikes), {
    fatalAlert: aimed('fatal-alert') ?? 0,
    lateCards: aimed('late-cards'),
    lostChange: aimed('lost-change') ?? 0,
    lateChange: aimed('late-change') ?? 0,
  });
  return play(production, SEED, { staged: { faults, scenario: stories[name] }, keepsTrace });
}

/** The faults that strikes amount to, for whoever judges what may be expected. */
function companyOf(strikes: readonly Strike[]): FaultName[] {
  const has = (...wanted: Strike['what'][]) => strikes.some(({ what }) => wanted.includes(what));
  return [
    ...(has('sleep', 'nap', 'doze') ? (['pauses'] as const) : []),
    ...(has('jump') ? (['clock-jumps'] as const) : []),
  ];
}

function incidentOf(what: Strike['what']): Incident | null {
  if (aims.some((aim) => aim === what)) return null;
  if (what === 'stop') return { kind: 'stop' };
  if (what === 'jump') return { kind: 'jump', ms: 35_000 };
  if (what === 'sleep') return { kind: 'pause', ms: 13_500 };
  if (what === 'nap') return { kind: 'pause', ms: 3_500 };
  if (what === 'doze') return { kind: 'pause', ms: 68_000 };
  return { kind: what as 'crash-before' | 'crash-after', downMs: 700 };
}

/** `crash-after:37,crash-before:52,doze:t12`. */
export function readStrikes(text: string): Strike[] {
  return text
    .split(',')
    .filter((each) => each !== '')
    .map((each) => {
      const [word, at] = each.split(':');
      const what = deeds.find((deed) => deed === word);
      if (what === undefined) throw new Error(`${each}? There are: ${deeds.join(', ')}`);
      const isTelling = at?.startsWith('t') === true;
      return { what, at: Number(at?.replace('t', '')), isTelling };
    });
}

export function sayStrikes(strikes: readonly Strike[]): string {
  return strikes.map(({ what, at, isTelling }) => `${what}:${isTelling === true ? 't' : ''}${at}`).join(',');
}
