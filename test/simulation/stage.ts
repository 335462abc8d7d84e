import { type FaultName, type Incident, onlyThese } from './faults.ts';
import type { VersionName } from './ground.ts';
import type { Production } from './production.ts';
import type { Scenario } from './scenario.ts';
import { play, type Run } from './world.ts';

/** A single deployment in a world in which nothing goes wrong by itself: for trying every place at which it could. */
export const stories = {
  'rolling, to its end': story('v2', { trafficPercents: [50], isWatched: true }),
  'rolling, taken back': story('v-errors', { trafficPercents: [50], isWatched: true }),
  'never healthy': story('v-never', {}),
  'all at once, unwatched': story('v2', { strategy: 'all-at-once' }),
} as const satisfies Record<string, Scenario>;
export type Story = keyof typeof stories;

const SEED = 7;

type Shape = Partial<Pick<Scenario['services'][number], 'strategy' | 'trafficPercents' | 'isWatched'>>;

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
