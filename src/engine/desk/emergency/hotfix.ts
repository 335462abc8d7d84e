import type { Reply } from '../../../core/answer.ts';
import { usual } from '../../../core/desk.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import { refuseBreak } from '../../board/review.ts';
import { begunBefore } from '../begin.ts';
import { deploy } from '../deploy.ts';
import type { Visiting } from '../visitor.ts';

/**
 * Deploys past approvals and freezes, and past nothing else: the plan is shown and bound, the lease, the journal and the
 * record are as always, and there has to be a way back. The review is written in the transaction that begins it.
 */
export async function hotfix(
  visiting: Visiting,
  order: Extract<EmergencyOrder, { kind: 'hotfix' }>,
): Promise<Reply> {
  const { service, environment } = order.scope;
  // The review of what this very request has begun is no reason to refuse it.
  const early = (await begunBefore(visiting)) ?? (await refuseBreak(visiting));
  if (early !== null) return early;
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
