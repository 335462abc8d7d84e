import { expiryOf } from '../../core/admission.ts';
import { answer, type Part, type Reply } from '../../core/answer.ts';
import { objectionTo, quorumOf } from '../../core/approval.ts';
import { type Deployment, replay } from '../../core/deployment.ts';
import type { ApproveOrder } from '../../core/desk.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import { type Actor, may, personOf } from '../../core/person.ts';
import { planParts, shortHash } from '../../core/plan-parts.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code, person, type Text, time } from '../../core/text.ts';
import { titleOf } from '../../core/titles.ts';
import { approvalOffers, sayQuorum } from '../../core/waiting.ts';
import { groupsOf } from '../admit/people.ts';
import { noticesOfPress } from '../writing.ts';
import { refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

/** Shows what waits for a yes; with the hash of what was shown, says yes or no. */
export async function approve(visiting: Visiting, order: ApproveOrder): Promise<Reply> {
  if (order.deployment === null) return queue(visiting);
  const deployment = await read(visiting, order.deployment);
  const found = { deploymentId: order.deployment, deployment };
  const actor = await visiting.parts.directory.look(visiting.visitor.actor, 'fresh');
  const refused = refuseActor(visiting, actor, deployment);
  if (refused !== null) return refused;
  if (deployment === null) return nowhere(order.deployment);
  if (deployment.plan.approval === undefined || deployment.people.isStarted || deployment.outcome !== null) {
    return refuse('too-late', [sayState(order.deployment, deployment)], {
      next: ['See ', code(`/deploy-status ${order.deployment}`), '.'],
    });
  }
  if (order.rejectBecause !== null) return reject(visiting, actor, found, order.rejectBecause);
  if (order.plan === null) return preview(order.deployment, deployment);
  return sayYes(visiting, actor, { deploymentId: order.deployment, deployment }, order);
}

type FoundDeployment = { readonly deploymentId: string; readonly deployment: Deployment };

async function read({ parts }: Visiting, deploymentId: string): Promise<Deployment | null> {
  const entries = await parts.store.journal.read(deploymentId, 0);
  return entries.length === 0 ? null : replay(entries);
}

/** Whoever may not approve there learns nothing about what is there. */
function refuseActor({ parts }: Visiting, actor: Actor, deployment: Deployment | null): Refusal | null {
  const places = deployment?.plan.targets ?? [{ service: null, environment: null }];
  for (const { service, environment } of places) {
    const refused = refuseUnlessAllowed(parts.catalog(), actor, {
      permission: 'approve',
      service,
      environment,
    });
    if (refused !== null) return refused;
  }
  return null;
}

function nowhere(deploymentId: string): Refusal {
  return refuse('not-found', ['There is no deployment ', code(deploymentId), '.'], {
    next: ['See what waits with ', code('/deploy-approve'), '.'],
  });
}

/** What has become of it, for whoever comes late. */
function sayState(deploymentId: string, deployment: Deployment): string {
  const { people, outcome, plan, because } = deployment;
  const title = `${titleOf(deployment)} (${deploymentId})`;
  if (people.rejected !== null) return `${title} was rejected: ${people.rejected.why}.`;
  if (outcome !== null) return `${title} has ended: ${because ?? outcome}.`;
  if (people.isStarted) {
    const names = people.approvals.map(({ by }) => by);
    return names.length === 0 ? `${title} has started.` : `${title} was approved already, and has started.`;
  }
  return plan.approval === undefined ? `${title} needs nobody's approval.` : `${title} waits.`;
}

async function sayYes(
  visiting: Visiting,
  actor: Actor,
  { deploymentId, deployment }: FoundDeployment,
  { plan, comment }: ApproveOrder,
): Promise<Reply> {
  if (plan !== shortHash(deployment.hash)) return changed(deploymentId, deployment);
  const yes = personOf(actor.id, visiting.parts.catalog().people);
  const objection = object(visiting, deployment, actor, yes);
  if (objection !== null) return objection;
  const event: DeploymentEvent = {
    kind: 'approved',
    by: actor.id,
    person: yes,
    groups: groupsOf(visiting.parts, actor),
    hash: deployment.hash,
    comment,
  };
  // One key for each person and plan, so that pressing twice, or with two accounts, is one yes.
  const key = `approved/${deployment.hash}/${yes}`;
  const signalled = await signal(visiting, deploymentId, deployment, key, event);
  if (signalled === 'ended') return (await late(visiting, deploymentId)) ?? nowhere(deploymentId);
  return told(visiting, deploymentId, signalled === 'written');
}

async function told(visiting: Visiting, deploymentId: string, isFirst: boolean): Promise<Reply> {
  const now = await read(visiting, deploymentId);
  const counted = now === null ? '' : ` ${sayQuorum(now)}`;
  const sentence = isFirst
    ? `You approved ${deploymentId}.${counted}`
    : `You had approved ${deploymentId} already.${counted}`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

async function late(visiting: Visiting, deploymentId: string): Promise<Refusal | null> {
  const now = await read(visiting, deploymentId);
  return now === null ? null : refuse('too-late', [sayState(deploymentId, now)]);
}

function object(
  { parts }: Visiting,
  { plan, people, hash }: Deployment,
  actor: Actor,
  yes: string,
): Refusal | null {
  const catalog = parts.catalog();
  if (catalog.people.length > 0 && yes === actor.id) {
    return refuse('not-allowed', [
      'It is not known which person this account belongs to, so its approval cannot count. Somebody who looks after slipway.yml can add it under ',
      code('people'),
      '.',
    ]);
  }
  const authors = plan.targets.flatMap(({ changes }) =>
    (changes?.commits ?? []).map(({ account, author }) => personOf(account ?? author, catalog.people)),
  );
  const requester = personOf(plan.requestedBy, catalog.people);
  if (plan.approval === undefined) return null;
  const asked = { rule: plan.approval, approvals: people.approvals, hash, requester, authors };
  switch (objectionTo(asked, yes)) {
    case 'own':
      return refuse('not-allowed', ['You asked for this yourself. Somebody else has to approve it.'], {
        next: ['Who approves has to be another person, whatever account they use.'],
      });
    case 'author':
      return refuse('not-allowed', ['You wrote some of what this brings. Somebody else has to approve it.']);
    default:
      // A second yes of the same person is told as such by the signal.
      return null;
  }
}

async function reject(
  visiting: Visiting,
  actor: Actor,
  { deploymentId, deployment }: { deploymentId: string; deployment: Deployment | null },
  why: string,
): Promise<Reply> {
  if (deployment === null) return nowhere(deploymentId);
  const no = personOf(actor.id, visiting.parts.catalog().people);
  const event: DeploymentEvent = { kind: 'rejected', by: actor.id, person: no, why };
  const signalled = await signal(visiting, deploymentId, deployment, `rejected/${deploymentId}`, event);
  if (signalled !== 'written') return (await late(visiting, deploymentId)) ?? nowhere(deploymentId);
  const sentence = `You rejected ${deploymentId}: ${why}`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

async function signal(
  { parts }: Visiting,
  deploymentId: string,
  { plan }: Deployment,
  key: string,
  event: DeploymentEvent,
) {
  const signalled = await parts.store.journal.signal(
    deploymentId,
    key,
    event,
    noticesOfPress(deploymentId, plan.environment, key),
  );
  parts.bell.ring(deploymentId, 0);
  return signalled;
}

function preview(deploymentId: string, deployment: Deployment): Reply {
  const { plan, hash, people } = deployment;
  const parts: Part[] = [
    ...planParts(plan, hash),
    ...(people.changes.length === 0
      ? []
      : ([{ kind: 'text', text: ['Changed since it was asked for: ', people.changes.join('; ')] }] as const)),
    { kind: 'facts', facts: waitingFacts(deployment) },
  ];
  const sentence = `${titleOf(deployment)} (${deploymentId}) waits for approval. ${sayQuorum(deployment)}`;
  return answer(sentence, parts, {
    title: `Approve ${titleOf(deployment)}?`.slice(0, 150),
    deploymentIds: [deploymentId],
    offers: approvalOffers(deploymentId, deployment),
  });
}

function waitingFacts(deployment: Deployment): { name: string; value: Text }[] {
  const expiresAtMs = expiryOf(deployment);
  return [
    ...deployment.people.approvals.map(({ by, comment }) => ({
      name: 'Approved by',
      value: [person(by), comment === null ? '' : `: ${comment}`],
    })),
    ...(expiresAtMs === null ? [] : [{ name: 'Expires', value: [time(expiresAtMs)] }]),
  ];
}

/** The plan is another one than the one that was shown: nothing is approved, and the new one is shown. */
function changed(deploymentId: string, deployment: Deployment): Reply {
  const why = deployment.people.changes.length === 0 ? '' : ` ${deployment.people.changes.join('; ')}.`;
  return refuse(
    'plan-changed',
    [`The plan is no longer the one that you were shown. Nothing was approved.${why}`],
    {
      next: ['Look at the new one.'],
      offers: [{ label: 'Show the new plan', command: 'deploy-approve', text: deploymentId }],
    },
  );
}

const QUEUE_MAX = 10;
const LOOKED_AT_MAX = 100;

/** Everything that waits for this person's yes. */
async function queue(visiting: Visiting): Promise<Reply> {
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

/** What somebody could still approve: not their own, and not what they have approved. */
export async function waitingFor({ parts, visitor }: Visiting): Promise<FoundDeployment[]> {
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
