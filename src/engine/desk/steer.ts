import { answer, type Reply } from '../../core/answer.ts';
import { can } from '../../core/can.ts';
import { type Deployment, stateOf } from '../../core/deployment.ts';
import type { DeploymentEvent, Entry } from '../../core/event.ts';
import { EVERY_STEP } from '../../core/people.ts';
import type { Step } from '../../core/plan.ts';
import { refuse } from '../../core/refusal.ts';
import { phaseOf, reportOf } from '../../core/report-of.ts';
import { turningStep } from '../../core/waiting.ts';
import { noticesOfPress } from '../writing.ts';
import { findDeployment } from './find-deployment.ts';
import type { Visiting } from './visitor.ts';

/** Nothing new is begun until somebody lets it go on. The first press counts, every other one is told so. */
export function hold(visiting: Visiting, deploymentId: string, why: string | null): Promise<Reply> {
  return steer(visiting, deploymentId, 'stop', (deployment, by) => {
    if (deployment.people.held !== null) return `${deploymentId} is held already.`;
    if (!can('hold', phaseOf(deployment))) return null;
    return {
      event: { kind: 'hold-asked', by, why },
      say: `${deploymentId} is held. What is being watched is still watched; nothing new begins.`,
    };
  });
}

/** Lets a held deployment go on. */
export function goOn(visiting: Visiting, deploymentId: string, why: string | null): Promise<Reply> {
  return steer(visiting, deploymentId, 'steer', (deployment, by) => {
    if (!can('goOn', phaseOf(deployment))) return null;
    return { event: { kind: 'go-on-asked', by, why }, say: `${deploymentId} goes on.` };
  });
}

/** Says yes to a step that asks: to a switch, above all. */
export function confirm(visiting: Visiting, deploymentId: string): Promise<Reply> {
  return steer(visiting, deploymentId, 'steer', (deployment, by) => {
    const asking = deployment.plan.steps.find(
      (step) => step.kind === 'ask' && stateOf(deployment, step.id).status === 'running',
    );
    if (asking?.kind !== 'ask' || deployment.direction !== 'forward') return null;
    const answered = deployment.people.answers.get(asking.id);
    if (answered !== undefined) return `${deploymentId} was answered already.`;
    return { event: { kind: 'answered', step: asking.id, by }, say: `${deploymentId}: ${asking.yes}.` };
  });
}

/** Goes on without waiting for the end of what is watched or kept; never against numbers that are bad. */
export function promote(visiting: Visiting, deploymentId: string, order: Promotion): Promise<Reply> {
  return steer(visiting, deploymentId, 'steer', (deployment, by) => {
    const waiting = waitedFor(deployment);
    if (waiting === null) return null;
    const { hurried } = deployment.people;
    if (hurried.has(EVERY_STEP)) return `${deploymentId} goes through without waiting already.`;
    if (!order.isAll && hurried.has(waiting.id)) return `${deploymentId} goes on to its next step already.`;
    const step = order.isAll ? null : waiting.id;
    return {
      event: { kind: 'hurried', step, by, why: order.why },
      say: order.isAll
        ? `${deploymentId} goes through without waiting, as long as its numbers are not bad.`
        : `${deploymentId} goes on to its next step, unless its numbers are bad.`,
    };
  });
}

/** The step that is watched or kept; null where none is, and where its version is about to be taken back. */
function waitedFor(deployment: Deployment): Step | null {
  const { plan, direction } = deployment;
  if (direction !== 'forward' || turningStep(deployment) !== null) return null;
  const isWaiting = ({ kind, id }: Step) =>
    (kind === 'observe' || kind === 'keep') && stateOf(deployment, id).status === 'running';
  return plan.steps.find(isWaiting) ?? null;
}

export type Promotion = { readonly isAll: boolean; readonly why: string | null };

type Steered = { readonly event: SteerEvent; readonly say: string };
type SteerEvent = Extract<DeploymentEvent, { kind: 'hold-asked' | 'go-on-asked' | 'answered' | 'hurried' }>;

/** `judge` says what to write, or why there is nothing to do; null when it is too late, or too early. */
async function steer(
  visiting: Visiting,
  deploymentId: string,
  permission: 'stop' | 'steer',
  judge: (deployment: Deployment, by: string) => Steered | string | null,
): Promise<Reply> {
  const { parts, visitor } = visiting;
  const found = await findDeployment(visiting, deploymentId, permission);
  if (found.kind === 'refusal') return found;
  const { deployment, entries } = found;
  const earlier = entries.find(({ event }) => 'askedAs' in event && event.askedAs === visitor.key);
  if (earlier !== undefined) return said(deploymentId, `${deploymentId}: that was heard already.`);
  const judged = judge(deployment, visitor.actor.id);
  if (judged === null) return notNow(deploymentId, deployment);
  if (typeof judged === 'string') return said(deploymentId, judged);
  const signalled = await parts.store.journal.signal(
    deploymentId,
    keyOf(judged.event, entries),
    isSwitch(judged.event) ? { ...judged.event, askedAs: visitor.key } : judged.event,
    noticesOfPress(deploymentId, deployment.plan.environment, visitor.key),
  );
  parts.bell.ring(deploymentId, 0);
  if (signalled === 'ended') return notNow(deploymentId, deployment);
  return said(
    deploymentId,
    signalled === 'written' ? judged.say : `${judged.say} Somebody had asked already.`,
  );
}

/**
 * Who presses second for the same thing writes nothing. A step is answered once, and hurried once and again after a false
 * alarm; held and let go on it can be again and again, and each time is a new thing to ask for.
 */
function keyOf(event: SteerEvent, entries: readonly Entry[]): string {
  if (event.kind === 'answered') return `answered/${event.step}`;
  if (event.kind === 'hurried') return `hurried/${event.step ?? EVERY_STEP}/after-${alarms(entries)}`;
  const turns = entries.filter(({ event: { kind } }) => kind === 'hold-asked' || kind === 'go-on-asked');
  return `${event.kind}/after-${turns.length}`;
}

/** What can be asked for again and again: a delivery that comes again must not ask anew for what was undone meanwhile. */
function isSwitch(event: SteerEvent) {
  return event.kind === 'hold-asked' || event.kind === 'go-on-asked';
}

function alarms(entries: readonly Entry[]): number {
  return entries.filter(({ event }) => event.kind === 'turn-answered' && event.how === 'dismiss').length;
}

function said(deploymentId: string, sentence: string): Reply {
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

function notNow(deploymentId: string, deployment: Deployment): Reply {
  return refuse('too-late', [reportOf(deploymentId, deployment).sentence], {
    next: ['That cannot be done now.'],
  });
}
