import type { Capabilities } from '../capability.ts';
import type { Strategy } from './strategy.ts';

/** Going back where the platform keeps what served and only has to point at it again. Nobody chooses it by name. */
export const pointBack: Strategy = {
  id: 'point-back',
  summary: 'Let the platform point at what served before, which it still keeps.',
  lacks: ({ rollback }) => (rollback.can ? null : rollback.say),
  takeOver: () => [{ kind: 'replace' }],
};

/** Whether the platform keeps what served ready, so that nothing has to be started to go back. */
export function keepsReady({ rollback }: Capabilities): boolean {
  return rollback.can && rollback.how.keepsReady === true;
}
