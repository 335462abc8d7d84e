import { answer, type Reply } from '../../../core/answer.ts';
import type { EmergencyOrder } from '../../../core/desk.ts';
import { covers, sayScope } from '../../../core/scope.ts';
import type { Summary } from '../../../store/store.ts';
import { abort } from '../stop.ts';
import type { Visiting } from '../visitor.ts';

const ACTIVE_MAX = 500;

/** Stops everything that is on its way or waits, in a scope; each that could not be stopped is named, with a way to try again. */
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
  const stopped = await Promise.all(
    reached.map(async ({ deploymentId }) => ({
      deploymentId,
      reply: await abort(visiting, deploymentId, `${incident}: ${why}`),
    })),
  );
  const failed = stopped.filter(({ reply }) => reply.kind === 'refusal');
  const done = stopped.length - failed.length;
  const sentence =
    failed.length === 0
      ? `${done} ${done === 1 ? 'deployment is' : 'deployments are'} being stopped in ${sayScope(scope)}.`
      : `${done} of ${stopped.length} are being stopped in ${sayScope(scope)}; ${failed.map(({ deploymentId }) => deploymentId).join(', ')} could not be.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], {
    deploymentIds: stopped.slice(0, 5).map(({ deploymentId }) => deploymentId),
    offers: failed.slice(0, 5).map(({ deploymentId }) => ({
      label: `Try ${deploymentId} again`,
      command: 'deploy-canary',
      text: `abort ${deploymentId}`,
    })),
  });
}

function isReached({ targets, environment }: Summary, scope: Parameters<typeof covers>[0]): boolean {
  return targets.some(({ service }) => covers(scope, { service, environment }));
}
