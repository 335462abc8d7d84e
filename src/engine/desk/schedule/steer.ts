import { answer, type Part, type Reply } from '../../../core/answer.ts';
import { type Deployment, replay } from '../../../core/deployment.ts';
import type { When } from '../../../core/desk.ts';
import type { DeploymentEvent, Entry } from '../../../core/event.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { reportOf } from '../../../core/report-of.ts';
import { code, utc } from '../../../core/text.ts';
import { isScheduled } from '../../../core/waiting.ts';
import { noticesOfPress } from '../../writing.ts';
import { type FoundDeployment, findDeployment } from '../find-deployment.ts';
import { abort } from '../stop.ts';
import type { Visiting } from '../visitor.ts';
import { conflictsAt } from './conflicts.ts';
import { readWhen } from './when.ts';

/** Another time. Whoever approved it said yes to the old one, and is asked again. */
export async function move(visiting: Visiting, deploymentId: string, when: When): Promise<Reply> {
  const found = await findScheduled(visiting, deploymentId, 'deploy');
  if (isRefusal(found)) return found;
  const { deployment } = found;
  if (deployment.people.behind !== null) return inLine(deploymentId, deployment.people.behind);
  const meant = await readWhen(visiting, when, (words) => ({
    label: words,
    command: 'deploy-schedule',
    text: `move ${deploymentId} --at "${words}"${when.zone === null ? '' : ` --tz ${when.zone}`}`,
  }));
  if (isRefusal(meant)) return meant;
  const { atMs, zone, nowMs } = meant;
  const event: DeploymentEvent = { kind: 'moved', untilMs: atMs, by: visiting.visitor.actor.id };
  const after = await press(visiting, found, `moved/${turn(found.entries)}`, event);
  if (isRefusal(after)) return after;
  if (after.people.untilMs !== atMs) return somebodyElse(deploymentId, after);
  const [target] = deployment.plan.targets;
  const conflicts =
    target === undefined
      ? []
      : await conflictsAt(visiting, { ...target, atMs, zone, nowMs, except: deploymentId });
  const again =
    deployment.people.approvals.length === 0 ? '' : ' Whoever approved it has to do so for the new time.';
  const sentence = `${deploymentId} starts ${meant.echo}.${again}`;
  const parts: Part[] = [sentence, ...conflicts].map((text) => ({
    kind: 'text',
    text: typeof text === 'string' ? [text] : text,
  }));
  return answer(sentence, parts, { deploymentIds: [deploymentId] });
}

/** Says that one whose time has passed, or that may not be wanted any more, shall start after all. */
export async function startMissed(
  visiting: Visiting,
  deploymentId: string,
  why: string | null,
): Promise<Reply> {
  const found = await findDeployment(visiting, deploymentId, 'deploy');
  if (isRefusal(found)) return found;
  const { people } = found.deployment;
  const isAsked = people.isMissed && !people.isStarted && found.deployment.outcome === null;
  if (!isAsked && !isScheduled(found.deployment)) return notScheduled(deploymentId, found.deployment);
  if (!people.isMissed) return notMissed(deploymentId, people.untilMs ?? 0, people.isSaidToStart);
  const event: DeploymentEvent = { kind: 'go-on-asked', by: visiting.visitor.actor.id, why };
  const after = await press(visiting, found, `start/${turn(found.entries)}`, event);
  if (isRefusal(after)) return after;
  return said(deploymentId, `${deploymentId} starts as soon as nothing stands in its way.`);
}

/** Takes back one that has not started. What has started is stopped by other words, because that undoes what it did. */
export async function cancel(visiting: Visiting, deploymentId: string, why: string | null): Promise<Reply> {
  const found = await findScheduled(visiting, deploymentId, 'stop');
  return isRefusal(found) ? found : abort(visiting, deploymentId, why);
}

async function findScheduled(
  visiting: Visiting,
  deploymentId: string,
  permission: 'deploy' | 'stop',
): Promise<FoundDeployment | Refusal> {
  const found = await findDeployment(visiting, deploymentId, permission);
  if (isRefusal(found)) return found;
  return isScheduled(found.deployment) ? found : notScheduled(deploymentId, found.deployment);
}

/** Writes what somebody pressed, once for each state in which it can be; the deployment as it is after that. */
async function press(
  { parts, visitor }: Visiting,
  { deploymentId, deployment }: FoundDeployment,
  key: string,
  event: DeploymentEvent,
): Promise<Deployment | Refusal> {
  const notices = noticesOfPress(deploymentId, deployment.plan.environment, visitor.key);
  const signalled = await parts.store.journal.signal(deploymentId, key, event, notices);
  parts.bell.ring(deploymentId, 0);
  const after = replay(await parts.store.journal.read(deploymentId, 0));
  return signalled === 'ended' || after.people.isStarted ? notScheduled(deploymentId, after) : after;
}

/** Changes with everything that is said about its time, so that each press is a press in one state. */
function turn(entries: readonly Entry[]): number {
  return entries.filter(({ event: { kind } }) => ['moved', 'missed', 'go-on-asked'].includes(kind)).length;
}

function said(deploymentId: string, sentence: string): Reply {
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

function notScheduled(deploymentId: string, deployment: Deployment): Refusal {
  return refuse('too-late', [reportOf(deploymentId, deployment).sentence], {
    next: deployment.people.isStarted
      ? ['It has started. Stop it with ', code(`/deploy-canary abort ${deploymentId}`), '.']
      : ['See what is scheduled with ', code('/deploy-schedule list'), '.'],
  });
}

function notMissed(deploymentId: string, untilMs: number, isSaidToStart: boolean): Reply {
  if (isSaidToStart)
    return said(deploymentId, `${deploymentId} starts as soon as nothing stands in its way.`);
  return refuse('too-late', [code(deploymentId), ` starts by itself at ${utc(untilMs)}.`], {
    next: ['To have it start earlier, type ', code(`/deploy-schedule move ${deploymentId} in 1m`), '.'],
  });
}

function somebodyElse(deploymentId: string, { people }: Deployment): Refusal {
  return refuse('plan-changed', [
    `Somebody else was quicker: ${deploymentId} starts at ${utc(people.untilMs ?? 0)} now.`,
  ]);
}

function inLine(deploymentId: string, behind: string): Refusal {
  return refuse('too-late', [code(deploymentId), ' stands in line behind ', code(behind), ' already.'], {
    next: ['Cancel it with ', code(`/deploy-schedule cancel ${deploymentId}`), ' and schedule it anew.'],
  });
}
