import { answer, type Reply } from '../../core/answer.ts';
import { quorumOf } from '../../core/approval.ts';
import { type Deployment, replay } from '../../core/deployment.ts';
import { may, personOf } from '../../core/person.ts';
import { shortHash } from '../../core/plan-parts.ts';
import { titleOf } from '../../core/titles.ts';
import { sayQuorum } from '../../core/waiting.ts';
import { refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

const QUEUE_MAX = 10;
const LOOKED_AT_MAX = 100;

/** Everything that waits for this person's yes. */
export async function approvalQueue(visiting: Visiting): Promise<Reply> {
  const refused = refuseUnlessAllowed(visiting.parts.catalog(), visiting.visitor.actor, {
    permission: 'approve',
    service: null,
    environment: null,
  });
  if (refused !== null) return refused;
  const waiting = await waitingFor(visiting);
  if (waiting.length === 0) {
    return answer('Nothing waits for your approval.', [
      { kind: 'text', text: ['Nothing waits for your approval.'] },
    ]);
  }
  const shown = waiting.slice(0, QUEUE_MAX);
  const count = `${waiting.length} ${waiting.length === 1 ? 'deployment waits' : 'deployments wait'}`;
  return answer(
    `${count} for your approval.`,
    [
      {
        kind: 'table',
        caption: 'Waits for your approval',
        columns: ['Deployment', 'What', 'Asked for by', 'Plan', 'So far'],
        rows: shown.map(({ deploymentId, deployment }) => [
          deploymentId,
          titleOf(deployment),
          deployment.plan.requestedBy,
          shortHash(deployment.hash),
          sayQuorum(deployment),
        ]),
      },
    ],
    {
      title: 'Waits for your approval',
      offers: shown.slice(0, 5).map(({ deploymentId, deployment }) => ({
        label: `Look at ${titleOf(deployment)}`.slice(0, 75),
        command: 'deploy-approve',
        text: deploymentId,
      })),
    },
  );
}

type Waiting = { readonly deploymentId: string; readonly deployment: Deployment };

/** What somebody could still approve: not their own, and not what they have approved. */
export async function waitingFor({ parts, visitor }: Visiting): Promise<Waiting[]> {
  const summaries = await parts.store.journal.list({
    service: null,
    environment: null,
    isActive: true,
    limit: LOOKED_AT_MAX,
  });
  const { grants, people } = parts.catalog();
  const me = personOf(visitor.actor.id, people);
  const found = await Promise.all(
    summaries
      .filter(({ isWaiting }) => isWaiting)
      .map(async ({ deploymentId }) => {
        const deployment = replay(await parts.store.journal.read(deploymentId, 0));
        const { plan, hash, people: decided } = deployment;
        const mayHere = plan.targets.every(({ service, environment }) =>
          may(visitor.actor, 'approve', { service, environment }, grants),
        );
        const isOpen =
          plan.approval !== undefined &&
          deployment.direction === 'forward' &&
          !quorumOf(plan.approval, hash, decided.approvals).isMet &&
          personOf(plan.requestedBy, people) !== me &&
          !decided.approvals.some((approval) => approval.person === me);
        return mayHere && isOpen ? [{ deploymentId, deployment }] : [];
      }),
  );
  return found.flat();
}
