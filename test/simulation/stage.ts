import { type Incident, onlyThese } from './faults.ts';
import type { VersionName } from './ground.ts';
import type { Production } from './production.ts';
import type { Scenario } from './scenario.ts';
import { play, type Run } from './world.ts';

/** A single deployment in a world in which nothing goes wrong by itself: for trying every place at which it could. */
export const stories = {
  'rolling, to its end': story('v2', { trafficPercents: [50], isWatched: true }),
  'rolling, taken back': story('v-errors', { trafficPercents: [50], isWatched: true }),
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

export type Strike = { readonly at: number; readonly what: 'crash-before' | 'crash-after' | 'stop' };

export function playStory(
  production: Production,
  name: Story,
  strikes: readonly Strike[],
  keepsTrace = false,
): Promise<Run> {
  const incidents = new Map<number, Incident>(
    strikes.map(({ at, what }) => [at, what === 'stop' ? { kind: 'stop' } : { kind: what, downMs: 700 }]),
  );
  return play(production, SEED, {
    staged: { faults: onlyThese(incidents), scenario: stories[name] },
    keepsTrace,
  });
}

/** `crash-after:37,crash-before:52`. */
export function readStrikes(text: string): Strike[] {
  return text
    .split(',')
    .filter((each) => each !== '')
    .map((each) => {
      const [what, at] = each.split(':');
      if (what !== 'crash-before' && what !== 'crash-after' && what !== 'stop') throw new Error(`${each}?`);
      return { what, at: Number(at) };
    });
}

export function sayStrikes(strikes: readonly Strike[]): string {
  return strikes.map(({ what, at }) => `${what}:${at}`).join(',');
}
