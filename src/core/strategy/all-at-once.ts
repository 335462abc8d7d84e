import { lacksStaging, type Strategy } from './strategy.ts';

export const allAtOnce: Strategy = {
  id: 'all-at-once',
  summary: 'Bring the new version up beside the old one, then give it all the traffic in one go.',
  lacks: lacksStaging,
  takeOver: () => [
    { kind: 'release' },
    { kind: 'route', trafficPercent: 100 },
    { kind: 'observe' },
    { kind: 'retire' },
  ],
};
