import { reachable } from './reachable.ts';
import { lacksStaging, type Strategy } from './strategy.ts';

/** Where traffic can be shared at all, the switch is made in steps. */
const SHARES = [10, 50];

export const blueGreen: Strategy = {
  id: 'blue-green',
  summary:
    'Bring a second copy up and prove it, switch the traffic when a person says so, and keep the first copy as the way back.',
  lacks: lacksStaging,
  takeOver: ({ trafficPercents }, { traffic }) => [
    { kind: 'release' },
    { kind: 'ask', question: 'The second copy is up and proven. Switch the traffic to it?', yes: 'Switch' },
    ...[...reachable(traffic, trafficPercents ?? SHARES).percents, 100].flatMap((trafficPercent) => [
      { kind: 'route', trafficPercent } as const,
      { kind: 'observe' } as const,
    ]),
    { kind: 'keep' },
    { kind: 'retire' },
  ],
};
