import { lacksStaging, type Strategy } from './strategy.ts';

export const rolling: Strategy = {
  id: 'rolling',
  summary:
    'Bring the new version up beside the old one and move the traffic over in steps, watching at each.',
  lacks: (capabilities) => lacksStaging(capabilities) ?? lacksWeights(capabilities.traffic),
  takeOver: ({ trafficPercents }) => [
    { kind: 'release' },
    ...[...trafficPercents, 100].flatMap((trafficPercent) => [
      { kind: 'route', trafficPercent } as const,
      { kind: 'observe' } as const,
    ]),
    { kind: 'retire' },
  ],
};

function lacksWeights(traffic: Parameters<Strategy['lacks']>[0]['traffic']): string | null {
  if (!traffic.can) return traffic.say;
  return traffic.how.kind === 'weights' ? null : 'traffic can only be switched as a whole there';
}
