import type { Watch } from '../../src/core/watch.ts';
import type { Span } from './faults.ts';
import type { Random } from './random.ts';

/** What a source that judges for itself says: `silent` does not answer at all. */
export type Mood = 'pass' | 'fail' | 'unknown' | 'silent';

/** How a new version is watched, and what the sources that are asked will say. */
export type Watching = Pick<Watch, 'countdown' | 'heldMs'> & {
  /** `platform` counts, `counted` keeps what happened in each second, `told` judges for itself. */
  readonly sources: readonly ('platform' | 'counted' | 'told')[];
  readonly mayPassEarly: boolean;
  /** What `told` says, from so long after a new version first had traffic. */
  readonly moods: readonly { readonly fromMs: number; readonly mood: Mood }[];
  /** When `counted` answers nobody; it forgets nothing. */
  readonly silences: readonly Span[];
};

/** What somebody does about a version that is about to go back, or at a step that waits. */
export type Reaction = {
  readonly to: 'turning' | 'ask' | 'observe' | 'keep';
  readonly how: 'now' | 'hold' | 'go-on' | 'dismiss' | 'confirm' | 'promote' | 'promote-all' | 'abort';
  readonly by: string;
  readonly afterMs: number;
  /** The same press is delivered twice, or they press once more. */
  readonly isDoubled?: 'delivery' | 'press';
};

export function drawWatching(random: Random): Watching {
  const between = (minMs: number, maxMs: number) => Math.round(random.between(minMs, maxMs));
  return {
    sources: random.pick([
      ['counted'],
      ['told'],
      ['platform'],
      ['counted', 'told'],
      ['counted', 'told'],
      ['platform', 'told'],
    ] as const),
    mayPassEarly: random.chance(0.2),
    countdown: {
      strongMs: random.pick([0, 2_000, between(500, 20_000)]),
      plainMs: random.pick([0, 5_000, between(500, 45_000), between(20_000, 60_000)]),
    },
    heldMs: random.pick([between(5_000, 30_000), between(30_000, 90_000)]),
    moods: drawMoods(random),
    silences: Array.from({ length: random.chance(0.3) ? random.int(1, 3) : 0 }, () => {
      const fromMs = random.between(0, 90_000);
      return { fromMs, toMs: fromMs + random.between(500, 25_000) };
    }),
  };
}

function drawMoods(random: Random): Watching['moods'] {
  const usual = random.pick(['pass', 'pass', 'pass', 'unknown', 'silent'] as const);
  let fromMs = 0;
  const changes = Array.from({ length: random.pick([0, 0, 1, 2, 3, 5]) }, () => {
    fromMs += random.between(300, 12_000);
    return { fromMs, mood: random.pick(['pass', 'fail', 'fail', 'unknown', 'silent'] as const) };
  });
  return [{ fromMs: 0, mood: usual }, ...changes];
}

const everybody = ['U1', 'U2', 'U3', 'U4', 'U4', 'U4', 'U5'];

/** Nobody, one or several, soon, late and too late, some of them twice. */
export function drawReactions(random: Random, to: Reaction['to'], countdownMs: number): Reaction[] {
  const isDoubled = () => {
    const isTwice = random.chance(0.3);
    return isTwice ? { isDoubled: random.pick(['delivery', 'press'] as const) } : {};
  };
  const by = () => random.pick(everybody);
  switch (to) {
    case 'turning':
      return Array.from({ length: random.pick([0, 0, 1, 1, 2, 3]) }, () => ({
        to,
        how: random.pick(['now', 'hold', 'hold', 'go-on', 'go-on', 'dismiss', 'dismiss'] as const),
        by: by(),
        afterMs: random.pick([
          random.between(50, Math.max(100, countdownMs)),
          random.between(50, Math.max(100, countdownMs)),
          countdownMs + random.between(-400, 1_500),
          countdownMs + random.between(0, 60_000),
        ]),
        ...isDoubled(),
      }));
    case 'ask': {
      const afterMs = random.between(300, 20_000);
      const first = { to, how: 'confirm', by: by(), afterMs, ...isDoubled() } as const;
      const how = random.chance(0.8) ? 'confirm' : 'abort';
      return [first, { to, how, by: 'U1', afterMs: afterMs + random.between(500, 20_000) }];
    }
    default: {
      if (!random.chance(0.25)) return [];
      const how = random.pick(['promote', 'promote', 'promote-all'] as const);
      return [{ to, how, by: by(), afterMs: random.between(100, 9_000), ...isDoubled() }];
    }
  }
}
