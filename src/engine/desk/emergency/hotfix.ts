import type { Reply } from '../../../core/answer.ts';
import { type EmergencyOrder, usual } from '../../../core/desk.ts';
import { breakGlass, refuseBreak } from '../../board/review.ts';
import { deploy } from '../deploy.ts';
import type { Visiting } from '../visitor.ts';

/**
 * Deploys past approvals and freezes, and past nothing else: the plan is shown and bound, the lease, the journal and the
 * record are as always, and there has to be a way back. The review is written down before the glass is broken.
 */
export async function hotfix(
  visiting: Visiting,
  order: Extract<EmergencyOrder, { kind: 'hotfix' }>,
): Promise<Reply> {
  const { service, environment } = order.scope;
  const refused = await refuseBreak(visiting);
  if (refused !== null) return refused;
  if (order.plan !== null) {
    const { scope, why, incident } = order;
    await breakGlass(visiting, { action: 'hotfix', scope, why, incident });
  }
  return deploy(visiting, {
    ...usual,
    as: { command: 'deploy-emergency', verb: 'hotfix', isEnvironmentNamed: true, isStrategyFixed: false },
    service: service ?? '',
    environment: environment ?? '',
    ref: order.ref,
    strategy: order.strategy,
    why: order.why,
    again: true,
    plan: order.plan,
    breakGlass: { incident: order.incident, why: order.why },
  });
}
