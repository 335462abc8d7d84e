import { type Answer, answer, type Reply } from '../../../core/answer.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import { may } from '../../../core/person.ts';
import { covers, type Scope, sayScope } from '../../../core/scope.ts';
import type { Summary } from '../../../store/store.ts';
import { abort } from '../stop.ts';
import type { Visiting } from '../visitor.ts';

const ACTIVE_MAX = 500;

/**
 * Stops everything that is on its way or waits, in a scope; each that could not be stopped is named, with a way to try
 * again. What its caller may not see is left alone, and only counted.
 */
export async function abortAll(
  visiting: Visiting,
  { scope, why, incident }: Extract<EmergencyOrder, { kind: 'abort-all' }>,
): Promise<Reply> {
  const { journal } = visiting.parts.store;
  const active = await journal.list({ service: null, environment: null, isActive: true, limit: ACTIVE_MAX });
  const reached = active.filter((each) => isReached(each, scope));
  if (reached.length === 0) {
    const sentence = `Nothing is on its way in ${sayScope(scope)}.`;
    return answer(sentence, [{ kind: 'text', text: [sentence] }]);
  }
  const seen = reached.filter((each) => isSeen(visiting, each));
  const stopped = await Promise.all(
    seen.map(async ({ deploymentId }) => ({
      deploymentId,
      reply: await abort(visiting, deploymentId, `${incident}: ${why}`),
    })),
  );
  const named = (kind: Reply['kind']) =>
    stopped.filter(({ reply }) => reply.kind === kind).map(({ deploymentId }) => deploymentId);
  const unseen = reached.length - seen.length;
  return sayStopped(scope, { done: named('answer'), failed: named('refusal'), unseen });
}

type Stopped = {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly unseen: number;
};

function sayStopped(scope: Scope, { done, failed, unseen }: Stopped): Answer {
  const total = done.length + failed.length + unseen;
  const others = [
    ...(failed.length === 0 ? [] : [failed.join(', ')]),
    ...(unseen === 0 ? [] : [`${unseen} that you may not see`]),
  ];
  const sentence =
    others.length === 0
      ? `${total} ${total === 1 ? 'deployment is' : 'deployments are'} being stopped in ${sayScope(scope)}.`
      : `${done.length} of ${total} are being stopped in ${sayScope(scope)}; ${others.join(' and ')} could not be.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], {
    deploymentIds: [...done, ...failed].slice(0, 5),
    offers: failed.slice(0, 5).map((deploymentId) => ({
      label: `Try ${deploymentId} again`,
      command: 'deploy-canary',
      text: `abort ${deploymentId}`,
    })),
  });
}

function isReached({ targets, environment }: Summary, scope: Scope): boolean {
  return targets.some(({ service }) => covers(scope, { service, environment }));
}

function isSeen({ parts, visitor }: Visiting, { targets, environment }: Summary): boolean {
  const { grants } = parts.catalog();
  return targets.every(({ service }) => may(visitor.actor, 'look', { service, environment }, grants));
}
