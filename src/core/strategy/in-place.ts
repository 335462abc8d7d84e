import type { Strategy } from './strategy.ts';

export const inPlace: Strategy = {
  id: 'in-place',
  summary: 'Let the platform put the new version in the place of the old one, in one go.',
  lacks: ({ replace }) => {
    if (replace === undefined) return 'it brings versions up beside each other and never over each other';
    return replace.can ? null : replace.say;
  },
  takeOver: () => [{ kind: 'replace' }, { kind: 'observe' }],
};
