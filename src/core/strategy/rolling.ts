import { reachable } from './reachable.ts';
import { lacksStaging, lacksWeights, type Strategy } from './strategy.ts';

/** Where nobody says otherwise. */
const SHARES = [25, 50];

export const rolling: Strategy = {
  id: 'rolling',
  summary:
    'Bring the new version up beside the old one and move the traffic over in steps, watching at each.',
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
