import type { Reply } from '../../../core/answer.ts';
import { unreachable } from '../../../core/bug.ts';
import type { FreezeOrder, MaintenanceOrder } from '../../../core/maintenance-order.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { liftFreeze, putFreeze } from '../../board/freeze.ts';
import { orderLock } from '../../board/lock.ts';
import { endMaintenance, extendMaintenance, startMaintenance } from '../../board/maintenance.ts';
import { scopeWords } from '../../board/reach.ts';
import { resume } from '../../board/rollback-hold.ts';
import { readSpan } from '../../board/when.ts';
import type { Visiting } from '../visitor.ts';
import { listStanding } from './list.ts';

/** `/deploy-maintenance`: everything that hangs around deployments and stands in their way. */
export function maintain(visiting: Visiting, order: MaintenanceOrder): Promise<Reply> {
  switch (order.kind) {
    case 'list':
      return listStanding(visiting, order.scope);
    case 'start':
    case 'schedule':
      return startMaintenance(visiting, order);
    case 'end':
      return endMaintenance(visiting, order.which);
    case 'extend':
      return extendMaintenance(visiting, order.which, order.forMs);
    case 'freeze':
      return freeze(visiting, order);
    case 'unfreeze': {
      const { which, seen } = order;
      return liftFreeze(visiting, 'id' in which ? { id: which.id, seen } : which);
    }
    case 'resume':
      return resume(visiting, order.which, order.why);
    case 'lock':
    case 'unlock':
    case 'wait':
    case 'leave':
    case 'give':
    case 'take':
      return orderLock(visiting, order);
    default:
      return unreachable(order);
  }
}

async function freeze(visiting: Visiting, order: FreezeOrder): Promise<Reply> {
  const nowMs = await visiting.parts.store.nowMs();
  const meant = readSpan(visiting, order, nowMs, (words) => ({
    label: words,
    command: 'deploy-maintenance',
    text: `freeze${order.scope.service === null ? ' all' : ''}${scopeWords(order.scope)} --when "${words}" --reason "${order.why.replaceAll('"', "'")}"`,
  }));
  if (isRefusal(meant)) return meant;
  return putFreeze(visiting, {
    scope: order.scope,
    window: meant.window ?? { kind: 'open', fromMs: nowMs },
    zone: meant.zone,
    reason: order.why,
    isEmergency: false,
  });
}
