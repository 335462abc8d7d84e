import type { Reply } from '../../../core/answer.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import type { Refusal } from '../../../core/refusal.ts';
import { liftFreeze, putFreeze } from '../../board/freeze.ts';
import { review } from '../../board/review.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { abortAll } from './abort-all.ts';
import { hotfix } from './hotfix.ts';
import { killSwitch } from './kill-switch.ts';
import { switchOn } from './switch-on.ts';

/** What is done when something burns: loud, with a reason, and looked at afterwards by somebody else. */
export async function emergency(visiting: Visiting, order: EmergencyOrder): Promise<Reply> {
  if (order.kind === 'review') return review(visiting, order.id, order.note);
  const refused = await refuseCivilian(visiting, order);
  if (refused !== null) return refused;
  switch (order.kind) {
    case 'freeze':
      return freeze(visiting, order);
    case 'unfreeze':
      return liftFreeze(
        visiting,
        order.id === null ? { scope: order.scope } : { id: order.id, seen: order.seen },
      );
    case 'abort-all':
      return abortAll(visiting, order);
    case 'hotfix':
      return hotfix(visiting, order);
    case 'kill-switch':
      return killSwitch(visiting, order);
    case 'switch-on':
      return switchOn(visiting, order);
  }
}

/** Looked up now: in an emergency above all it matters who really may. */
async function refuseCivilian(
  { parts, visitor }: Visiting,
  order: Exclude<EmergencyOrder, { kind: 'review' }>,
): Promise<Refusal | null> {
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  const scope = 'scope' in order ? order.scope : { service: null, environment: null };
  return refuseUnlessAllowed(parts.catalog(), actor, { permission: 'emergency', ...scope });
}

async function freeze(
  visiting: Visiting,
  { scope, why, incident, forMs }: Extract<EmergencyOrder, { kind: 'freeze' }>,
): Promise<Reply> {
  const nowMs = await visiting.parts.store.nowMs();
  return putFreeze(visiting, {
    scope,
    window:
      forMs === null
        ? { kind: 'open', fromMs: nowMs }
        : { kind: 'once', fromMs: nowMs, untilMs: nowMs + forMs, zone: 'UTC' },
    zone: 'UTC',
    reason: `${incident}: ${why}`,
    isEmergency: true,
  });
}
