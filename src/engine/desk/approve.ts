import { expiryOf } from '../../core/admission.ts';
import { answer, type Part, type Reply } from '../../core/answer.ts';
import { objectionTo } from '../../core/approval.ts';
import { type Deployment, replay } from '../../core/deployment.ts';
import type { ApproveOrder } from '../../core/desk.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import { type Actor, isSomebody, type Person, personOf } from '../../core/person.ts';
import type { Plan } from '../../core/plan.ts';
import { planParts, shortHash } from '../../core/plan-parts.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code, person, type Text, time } from '../../core/text.ts';
import { titleOf } from '../../core/titles.ts';
import { approvalOffers, sayQuorum } from '../../core/waiting.ts';
import { groupsOf } from '../admit/people.ts';
import { noticesOfPress } from '../writing.ts';
import { approvalQueue } from './approval-queue.ts';
import { type FoundDeployment, findDeployment } from './find-deployment.ts';
import type { Visiting } from './visitor.ts';

/** Shows what waits for a yes; with the hash of what was shown, says yes or no. */
export async function approve(visiting: Visiting, order: ApproveOrder): Promise<Reply> {
  if (order.deployment === null) return approvalQueue(visiting);
  const found = await findDeployment(visiting, order.deployment, 'approve');
  if (found.kind === 'refusal') return found;
  const late = refuseLate(found.deploymentId, found.deployment, await visiting.parts.store.nowMs());
  if (late !== null) return late;
  if (order.rejectBecause !== null) return reject(visiting, found, order.rejectBecause);
  if (order.plan === null) return preview(found.deploymentId, found.deployment);
  return sayYes(visiting, found, order);
}

/** What has become of it, for whoever comes when nothing waits for a yes any more. */
function refuseLate(deploymentId: string, deployment: Deployment, nowMs: number): Refusal | null {
  const { people, outcome, plan, direction } = deployment;
  const isOver =
    outcome !== null || direction === 'backward' || people.isStarted || plan.approval === undefined;
  const isExpired = nowMs >= (expiryOf(deployment) ?? Number.POSITIVE_INFINITY);
  if (!isOver && !isExpired) return null;
  const words = overWords(deployment) ?? (isExpired ? ' has expired: it was not started in time' : null);
  const title = `${titleOf(deployment)} (${deploymentId})`;
  return refuse('too-late', [`${title}${words ?? " needs nobody's approval"}.`], {
    next: ['See ', code(`/deploy-status ${deploymentId}`), '.'],
  });
}

function overWords({ people, outcome, because, direction, abort }: Deployment): string | null {
  const approved = people.approvals.length === 0 ? '' : ' was approved already, and';
  if (people.rejected !== null) return ` was rejected: ${people.rejected.why}`;
  if (outcome !== null) return `${approved} has ended: ${because ?? outcome}`;
  if (direction === 'backward') return abort === null ? ' is being taken back' : ' is being stopped';
  return people.isStarted ? `${approved} has started` : null;
}

async function sayYes(
  visiting: Visiting,
  { deploymentId, deployment, entries, actor }: FoundDeployment,
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
  // One key for each person and time of asking, so that pressing twice, or with two accounts, is one yes; and a new one
  // when it was asked again, though it may be for a plan that was approved before.
  const rounds = entries.filter(({ event: { kind } }) => asksAgain.has(kind)).length;
  const key = `approved/${deployment.hash}/${rounds}/${yes}`;
  const signalled = await signal(visiting, deploymentId, deployment, key, event);
  const now = await readAgain(visiting, deploymentId);
  const counts = now.people.approvals.some((each) => each.person === yes && each.hash === deployment.hash);
  if (now.direction === 'backward' || !counts) return overtaken(deploymentId, deployment, now);
  const sentence = `${signalled === 'written' ? 'You approved' : 'You had approved'} ${deploymentId}${
    signalled === 'written' ? '.' : ' already.'
  } ${sayQuorum(now)}`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

/** What takes approvals away, so that the same person may be asked for the same plan again. */
const asksAgain: ReadonlySet<string> = new Set(['replanned', 'approval-void', 'moved']);

/** Somebody, or the world, was a moment faster than this press. */
function overtaken(deploymentId: string, pressed: Deployment, now: Deployment): Reply {
  const late = refuseLate(deploymentId, now, Number.NEGATIVE_INFINITY);
  if (late !== null) return late;
  if (now.hash !== pressed.hash) return changed(deploymentId, now);
  return refuse('plan-changed', ['Your approval did not count: it is asked for again.'], {
    next: ['Look at it again with ', code(`/deploy-approve ${deploymentId}`), '.'],
  });
}

async function readAgain({ parts }: Visiting, deploymentId: string): Promise<Deployment> {
  return replay(await parts.store.journal.read(deploymentId, 0));
}

/** Everybody who wrote some of it; null where that is not known of all of it. */
function authorsOf({ targets }: Plan, people: readonly Person[]): string[] | null {
  const authors = targets.map(({ changes }) =>
    changes === undefined || changes.isTruncated
      ? null
      : changes.commits.map(({ account, author }) => personOf(account ?? author, people)),
  );
  return authors.every((each) => each !== null) ? authors.flat() : null;
}

function object(
  { parts }: Visiting,
  { plan, people, hash }: Deployment,
  actor: Actor,
  yes: string,
): Refusal | null {
  const catalog = parts.catalog();
  const { approval, requestedBy } = plan;
  if (approval === undefined) return null;
  for (const account of [actor.id, requestedBy]) {
    if (catalog.people.length > 0 && !isSomebody(account, catalog.people))
      return refuseNobody(account, actor);
  }
  const requester = personOf(requestedBy, catalog.people);
  const asked = {
    rule: approval,
    approvals: people.approvals,
    hash,
    requester,
    authors: authorsOf(plan, catalog.people),
  };
  switch (objectionTo(asked, yes)) {
    case 'own':
      return refuse('not-allowed', ['You asked for this yourself. Somebody else has to approve it.'], {
        next: ['Who approves has to be another person, whatever account they use.'],
      });
    case 'authors-unknown':
      return refuse(
        'not-allowed',
        ['Nobody who wrote any of it may approve it, and it is not known who wrote it.'],
        { next: ['A source of the service in slipway.yml can say so.'] },
      );
    case 'author':
      return refuse('not-allowed', ['You wrote some of what this brings. Somebody else has to approve it.']);
    default:
      // A second yes of the same person is told as such by the signal.
      return null;
  }
}

/** Whoever is in no list might be anybody, the one who asked above all. */
function refuseNobody(account: string, actor: Actor): Refusal {
  const who: Text =
    account === actor.id ? ['this account'] : ['the account of ', person(account), ', who asked for this,'];
  return refuse('not-allowed', [
    'It is not known which person ',
    ...who,
    ' belongs to, so an approval cannot count. Somebody who looks after slipway.yml can add it under ',
    code('people'),
    '.',
  ]);
}

async function reject(
  visiting: Visiting,
  { deploymentId, deployment, actor }: FoundDeployment,
  why: string,
): Promise<Reply> {
  const no = personOf(actor.id, visiting.parts.catalog().people);
  const event: DeploymentEvent = { kind: 'rejected', by: actor.id, person: no, why };
  const signalled = await signal(visiting, deploymentId, deployment, `rejected/${deploymentId}`, event);
  const now = await readAgain(visiting, deploymentId);
  if (signalled !== 'written' || now.people.rejected === null)
    return overtaken(deploymentId, deployment, now);
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
