import type { Strategy } from './strategy.ts';

/** Deploys nothing: the version serves already, and only its feature flags are turned. Nobody chooses it by name. */
export const flagsOnly: Strategy = {
  id: 'flags-only',
  summary: 'What runs stays; only its feature flags are turned',
  lacks: () => null,
  takeOver: () => [],
};
