import type { Strategy } from './strategy.ts';

/**
 * No version takes over: what runs stays, and only the migrations are run that older versions would not survive. An order
 * of its own, which nobody configures for a target.
 */
export const contract: Strategy = {
  id: 'contract',
  summary: 'Leave what runs, and take away from the database what only older versions needed.',
  lacks: () => null,
  takeOver: () => [],
};
