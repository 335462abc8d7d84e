import { reachable } from './reachable.ts';
import { lacksStaging, lacksWeights, type Strategy } from './strategy.ts';

/** Where nobody says otherwise: little enough to hurt few, then enough to learn from. */
const SHARES = [5, 25, 50];

export const canary: Strategy = {
  id: 'canary',
  summary: 'Give the new version a little traffic, watch it beside the old one, then give it more, then all.',
  lacks: (capabilities) => lacksStaging(capabilities) ?? lacksWeights(capabilities),
  takeOver: ({ trafficPercents }, { traffic }) => [
    { kind: 'release' },
    ...[...reachable(traffic, trafficPercents ?? SHARES).percents, 100].flatMap((trafficPercent) => [
      { kind: 'route', trafficPercent } as const,
      { kind: 'observe' } as const,
    ]),
    { kind: 'retire' },
  ],
};
