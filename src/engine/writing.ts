import { Bug } from '../core/bug.ts';
import { type Deployment, evolve, stateOf } from '../core/deployment.ts';
import type { DeploymentEvent, Outcome } from '../core/event.ts';
import type { PlannedTarget } from '../core/plan.ts';
import { reportJson, reportMarkdown } from '../core/report-markdown.ts';
import { reportOf } from '../core/report-of.ts';
import { isUndecided } from '../core/spared.ts';
import { isTold } from '../core/tell.ts';
import { peopleLine } from '../core/tell-people.ts';
import { strong } from '../core/text.ts';
import { titleOf } from '../core/titles.ts';
import { isScheduled, peopleOffers, scheduleOffers } from '../core/waiting.ts';
import type { End, Lane, Notice, WordNotice, Writing } from '../store/store.ts';
import { careAfter } from './board/care-after.ts';
import { holdsAfter } from './board/rollback-hold.ts';
import { hasTurned, listenersOf, newsOf } from './news.ts';
import type { EngineParts } from './parts.ts';
import { wordsOfVigil, worseIn } from './vigil/words.ts';

/**
 * Everything that is written together with these events: what people are told, and, at the end, the report and what
 * is now believed to run. `nowMs` is only used for the report's own end.
 */
export async function writingOf(
  parts: EngineParts,
  deploymentId: string,
  before: Deployment,
  events: readonly DeploymentEvent[],
  nowMs: number,
): Promise<Writing> {
  const atMs = Math.max(nowMs, before.startedAtMs);
  const after = events.reduce<Deployment>(
    (deployment, event) => evolve(deployment, { seq: deployment.seq + 1, atMs, event }),
    before,
  );
  const last = events.at(-1);
  const sheets = await careAfter(parts, deploymentId, after, alarms(before, after, events), atMs);
  return {
    events,
    notices: await noticesFor(parts, deploymentId, before, after, events),
    end: last?.kind === 'finished' ? endOf(deploymentId, after, last.outcome) : null,
    ...(sheets.length === 0 ? {} : { sheets }),
  };
}

/** Everything that is to be told of these events, to whomever. */
export async function noticesFor(
  parts: EngineParts,
  deploymentId: string,
  before: Deployment | null,
  after: Deployment,
  events: readonly DeploymentEvent[],
): Promise<Notice[]> {
  const notices = noticesOf(deploymentId, before, after, events);
  const worse = worseIn(events);
  if (worse.length > 0) notices.push(...(await wordsOfVigil(parts, deploymentId, after, worse)));
  if (!hasTurned(before, after)) return notices;
  return [...notices, ...newsOf(deploymentId, before, after, await listenersOf(parts, after.plan))];
}

/** What is told where it is deployed. The card always shows the newest state; the thread gets a line each. */
export function noticesOf(
  deploymentId: string,
  before: Deployment | null,
  after: Deployment,
  events: readonly DeploymentEvent[],
): Notice[] {
  // What a judge learns is kept far more often than there is something to tell.
  if (events.every((event) => event.kind === 'judged' && event.say === null)) return [];
  const about = { deploymentId, environment: after.plan.environment };
  const isTurn = hasTurned(before, after);
  const notices = [card(about, isTurn || events.some(isUrgent) ? 'critical' : 'progress')];
  const firstSeq = after.seq - events.length + 1;
  for (const [index, event] of events.entries()) {
    if (isTold(event)) notices.push(threadLine(about, firstSeq + index));
    if (event.kind === 'reminded' || event.kind === 'missed') {
      notices.push(...wordToOwner(about, firstSeq + index, after, event));
    }
  }
  if (isSeenAnew(after, events) || alarms(before, after, events)) notices.push(alert(about));
  if (after.outcome !== null) notices.push(report(about));
  return notices;
}

function isUrgent(event: DeploymentEvent): boolean {
  return event.kind === 'turning' || worseIn([event]).length > 0;
}

type About = { readonly deploymentId: string; readonly environment: string };

function card(about: About, lane: Lane): Notice {
  const key = `card/${about.deploymentId}`;
  return { key, stream: key, lane, content: { kind: 'card', ...about, seq: null } };
}

function threadLine(about: About, seq: number): Notice {
  const stream = `thread/${about.deploymentId}`;
  return { key: `${stream}/${seq}`, stream, lane: 'progress', content: { kind: 'thread', ...about, seq } };
}

function alert(about: About): Notice {
  const key = `alert/${about.deploymentId}`;
  return { key, stream: key, lane: 'critical', content: { kind: 'alert', ...about, seq: null } };
}

/** Whoever asked for it is told in person, wherever they are; from the host's command line nobody can be. */
function wordToOwner(
  { deploymentId }: About,
  seq: number,
  deployment: Deployment,
  event: Extract<DeploymentEvent, { kind: 'reminded' | 'missed' }>,
): Notice[] {
  const { requestedBy } = deployment.plan;
  if (requestedBy.startsWith('os:')) return [];
  const key = `word/${deploymentId}/${seq}`;
  const content: WordNotice = {
    kind: 'word',
    to: { kind: 'person', id: requestedBy },
    text: [strong(titleOf(deployment)), ` (${deploymentId}): `, ...peopleLine(deployment, event, 0)],
    offers: isScheduled(deployment)
      ? scheduleOffers(deploymentId, deployment)
      : peopleOffers(deploymentId, deployment),
    under: null,
  };
  return [{ key, stream: key, lane: event.kind === 'missed' ? 'critical' : 'progress', content }];
}

function report(about: About): Notice {
  const stream = `thread/${about.deploymentId}`;
  return {
    key: `report/${about.deploymentId}`,
    stream,
    lane: 'report',
    content: { kind: 'report', ...about, seq: null },
  };
}

/** What stands in the alert of one that waits for somebody's decision, is how it does now. */
function isSeenAnew(after: Deployment, events: readonly DeploymentEvent[]): boolean {
  return events.some(({ kind }) => kind === 'vigil') && isUndecided(after);
}

function alarms(before: Deployment | null, after: Deployment, events: readonly DeploymentEvent[]): boolean {
  const isAnnounced = events.some(({ kind }) => kind === 'turning');
  return isAnnounced || (hasTurned(before, after) && isAlarming(after));
}

/** A failure or what follows from it; that somebody changed their mind alarms nobody. */
function isAlarming({ direction, failedStep, outcome }: Deployment): boolean {
  return outcome === 'needs-human' || (direction === 'backward' && failedStep !== null);
}

export function endOf(deploymentId: string, deployment: Deployment, outcome: Outcome): End {
  const report = reportOf(deploymentId, deployment);
  return {
    outcome,
    report: { markdown: reportMarkdown(report), json: reportJson(report) },
    believed: deployment.plan.targets.flatMap((target) => believedAt(deployment, target, outcome)),
    sheets: holdsAfter(deploymentId, deployment),
  };
}

function believedAt(deployment: Deployment, target: PlannedTarget, outcome: Outcome): End['believed'] {
  const isLeft = outcome === 'rolled-back' && deployment.spared.has(target.id);
  if (outcome === 'deployed' || isLeft) {
    const releaseId = newReleaseId(deployment, target.id);
    if (releaseId === null) throw new Bug(`${target.id} is deployed without a release`);
    return [{ target: target.id, releaseId, version: target.version.name }];
  }
  const releaseId = oldReleaseId(deployment, target.id);
  if (outcome !== 'rolled-back' || target.before === null || releaseId === null) return [];
  return [{ target: target.id, releaseId, version: target.before.version.name }];
}

/** The release that this deployment brought up at a target; null before it is known. */
export function newReleaseId(deployment: Deployment, targetId: string): string | null {
  const step = deployment.plan.steps.find(
    ({ kind, target }) => (kind === 'release' || kind === 'replace') && target === targetId,
  );
  if (step === undefined && leavesWhatServes(deployment, targetId)) return beforeId(deployment, targetId);
  return step === undefined ? null : stateOf(deployment, step.id).releaseId;
}

/** Where only flags are turned, or only the database is changed, what serves is what served. */
function leavesWhatServes({ plan }: Deployment, targetId: string): boolean {
  return plan.steps.some(
    ({ kind, target }) => (kind === 'flag' || kind === 'migrate') && target === targetId,
  );
}

function beforeId({ plan }: Deployment, targetId: string): string | null {
  return plan.targets.find(({ id }) => id === targetId)?.before?.releaseId ?? null;
}

/** The release of the version before; another one than planned after it was taken away and brought back. */
export function oldReleaseId(deployment: Deployment, targetId: string): string | null {
  const step = deployment.plan.steps.find(
    ({ kind, target }) => (kind === 'retire' || kind === 'replace') && target === targetId,
  );
  const again = step === undefined ? null : stateOf(deployment, step.id).restoredId;
  const hasNew = deployment.plan.steps.some(
    ({ kind, target }) => (kind === 'release' || kind === 'replace') && target === targetId,
  );
  // Where only flags are turned nothing ran before what runs: it is not compared with itself.
  if (!hasNew && leavesWhatServes(deployment, targetId)) return null;
  return again ?? beforeId(deployment, targetId);
}

/** The card shows the new state at once, and the thread gets whatever it has not been told yet. */
export function noticesOfPress(deploymentId: string, environment: string, key: string): Notice[] {
  const stream = `thread/${deploymentId}`;
  const content = { kind: 'thread', deploymentId, environment, seq: null } as const;
  return [
    card({ deploymentId, environment }, 'critical'),
    { key: `${stream}/press/${key}`, stream, lane: 'progress', content },
  ];
}
